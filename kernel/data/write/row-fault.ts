import type { ValueFault } from '../value/value-fault.ts';

/** What is wrong with a row that somebody wants to write. */
export interface RowFault {
  /** JSON pointer into what was given: `/title`, `/3/title` where several rows were. */
  readonly pointer: string;
  /** A sentence without its end, with the names. */
  readonly message: string;
}

/** The fault of a field, or of what lies inside its value. */
export function fieldFault(field: string, reason: string, inside = ''): RowFault {
  return { pointer: `/${field}${inside}`, message: `"${field}${inside}" ${reason}` };
}

export function fieldFaults(field: string, faults: readonly ValueFault[]): RowFault[] {
  return faults.map(({ pointer, reason }) => fieldFault(field, reason, pointer));
}

/** The same fault in one of several rows. */
export function inRow(index: number, { pointer, message }: RowFault): RowFault {
  return { pointer: `/${index}${pointer}`, message: `row ${index}: ${message}` };
}
