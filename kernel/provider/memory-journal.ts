import { BackplaneError } from '../errors.ts';
import { type AttemptJournal, type AttemptRow, type OperationRef, replaceable } from './journal.ts';

/** Settled operations that are remembered; the oldest are forgotten first. What is unknown is never forgotten. */
const remembered = 10_000;

/** The attempts at one operation. */
export type JournalRows = Map<string, Map<string, AttemptRow>>;

/** A journal in memory: it knows what happened since the process began, and a crash loses it. */
export class MemoryJournal implements AttemptJournal {
  readonly kept = 'memory';
  readonly #rows: JournalRows;
  readonly #running = new Set<string>();

  /** @param rows what an earlier journal has left, for tests of crashes */
  constructor(rows: JournalRows = new Map()) {
    this.#rows = rows;
  }

  open(operation: OperationRef, inputHash: string): readonly AttemptRow[] {
    const key = keyOf(operation);
    if (this.#running.has(key)) throw new BackplaneError('PROVIDER_OPERATION_RUNNING', { ...operation });
    const rows = [...(this.#rows.get(key)?.values() ?? [])].map(withOwnValue);
    if (rows.some((row) => row.inputHash !== inputHash)) {
      throw new BackplaneError('PROVIDER_OPERATION_REUSED', { ...operation });
    }
    this.#running.add(key);
    return rows;
  }

  /** Knowledge is never replaced by less of it: what was done stays done, whoever comes late. */
  write(row: AttemptRow): void {
    const key = keyOf(row);
    const rows = this.#rows.get(key);
    const before = rows?.get(row.id);
    if (before && !replaceable[row.state].includes(before.state)) return;
    const kept = withOwnValue(row);
    if (rows) rows.set(row.id, kept);
    else this.#rows.set(key, new Map([[row.id, kept]]));
  }

  close(operation: OperationRef): void {
    this.#running.delete(keyOf(operation));
    if (this.#rows.size > remembered) this.#forget();
  }

  unsettled(): readonly AttemptRow[] {
    return [...this.#rows]
      .filter(([key]) => !this.#running.has(key))
      .flatMap(([, rows]) => [...rows.values()].filter(isUnsettled));
  }

  /** Forgets a tenth at once, so that it is not done at every call. */
  #forget(): void {
    let left = this.#rows.size - remembered * 0.9;
    for (const [key, rows] of this.#rows) {
      if (left <= 0) return;
      if (this.#running.has(key) || [...rows.values()].some(isUnsettled)) continue;
      this.#rows.delete(key);
      left -= 1;
    }
  }
}

/** An answer is its caller's to change; the one that is kept stays as it was. */
function withOwnValue(row: AttemptRow): AttemptRow {
  if (typeof row.value !== 'object' || row.value === null) return row;
  try {
    return { ...row, value: structuredClone(row.value) };
  } catch {
    // What no database could keep either.
    return row;
  }
}

/** May it have been done, for all that is known? */
export const isUnsettled = ({ state }: AttemptRow): boolean => state === 'sent' || state === 'unknown';

const keyOf = ({ capability, operation, tenant, operationId }: OperationRef): string =>
  `${capability}\0${operation}\0${tenant === undefined ? '' : `=${tenant}`}\0${operationId}`;
