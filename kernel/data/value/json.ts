import { isRecord } from './shown.ts';
import { textFault } from './text.ts';
import { type ValueFault, within } from './value-fault.ts';

/** What is wrong with a value as JSON of a database. */
export function jsonFault(value: unknown): ValueFault | undefined {
  const text = textOf(value);
  if (text === undefined) return { pointer: '', reason: 'must be plain JSON' };
  return suspect.test(text) ? faultyText(JSON.parse(text), '') : undefined;
}

/** How `JSON.stringify` writes NUL and lone surrogates. After a backslash it may be another text: that is looked at. */
const suspect = /\\u(0000|d[89a-f])/;

function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** The first text inside that no database stores, the names of members included. */
function faultyText(value: unknown, pointer: string): ValueFault | undefined {
  if (typeof value === 'string') {
    const reason = textFault(value);
    return reason === undefined ? undefined : { pointer, reason };
  }
  if (!Array.isArray(value) && !isRecord(value)) return undefined;
  for (const [key, one] of Object.entries(value)) {
    const named = textFault(key);
    const fault =
      named === undefined
        ? faultyText(one, within(pointer, key))
        : { pointer, reason: `has a member whose name ${named}` };
    if (fault !== undefined) return fault;
  }
  return undefined;
}
