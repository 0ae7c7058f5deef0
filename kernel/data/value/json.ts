import { isRecord } from './shown.ts';
import { textFault } from './text.ts';
import { type ValueFault, within } from './value-fault.ts';

/** What is wrong with a value as JSON of a database. */
export function jsonFault(value: unknown): ValueFault | undefined {
  const text = textOf(value);
  if (text === undefined) return { pointer: '', reason: 'must be plain JSON' };
  if (isDeeper(value, deepest))
    return { pointer: '', reason: `must not be nested deeper than ${deepest} levels` };
  return suspect.test(text) ? faultyText(JSON.parse(text), '') : undefined;
}

/** Levels of lists and objects: MariaDB takes 31 for JSON, of which a read with relations needs some for itself. */
const deepest = 24;

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((one) => isDeeper(one, levels - 1));
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
