import type { Logger } from '../../../kernel/index.ts';
import { createLogger } from '../../../kernel/log/index.ts';

/** A log, and what was written into it. */
export function recordedLog(): { readonly log: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  const destination = { write: (line: string) => lines.push(line) };
  return { log: createLogger({ level: 'trace', format: 'json', destination }).log, lines };
}
