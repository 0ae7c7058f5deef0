import { Script } from 'node:vm';
import { Eta } from 'eta/core';

export interface SyntaxFault {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

const parser = new Eta({ debug: true });

/**
 * Where a template cannot be understood. Eta tells only the line of a tag that does not end; for code that is no JavaScript, the
 * code of all tags is compiled once more, each on the line that it has in the template.
 *
 * @param error what Eta threw
 */
export function syntaxFaultOf(template: string, error: unknown): SyntaxFault {
  const message = error instanceof Error ? error.message : String(error);
  const [, reason = message, line] = /^([\s\S]*?) at line (\d+)/.exec(message) ?? [];
  if (line !== undefined) return { line: Number(line), reason };
  return codeFault(template) ?? { line: 1, reason: message.split('\n').at(2) ?? message };
}

function codeFault(template: string): SyntaxFault | undefined {
  const first = '(function (it, options) {';
  let code = '';
  let at = 1;
  for (const part of parser.parse(template)) {
    if (typeof part === 'string') continue;
    const line = part.lineNo ?? at;
    code += '\n'.repeat(Math.max(0, line - at));
    code += part.t === 'e' ? part.val : `;(${part.val});`;
    at = Math.max(at, line) + (part.val.match(/\n/g)?.length ?? 0);
  }
  try {
    new Script(`${first}${code}\n})`, { filename: 'template' });
    return undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const line = /^template:(\d+)/.exec(error.stack ?? '')?.[1];
    return { line: Number(line ?? 1), reason: error.message };
  }
}
