import { BackplaneError } from '../../errors.ts';
import type { AttemptJournal, AttemptRow, OperationRef } from '../journal.ts';

/**
 * A journal that refuses to begin within a transaction of SQLite. That has the only right to write: the journal could not
 * write beside it, and what it wrote as a part of it would go with a roll-back, when the request has long been sent.
 * Databases in memory refuse as well, so that tests find what a file would refuse.
 */
export class OutsideTransactions implements AttemptJournal {
  readonly #journal: AttemptJournal;
  readonly #inTransaction: () => boolean;

  constructor(journal: AttemptJournal, inTransaction: () => boolean) {
    this.#journal = journal;
    this.#inTransaction = inTransaction;
  }

  get kept(): AttemptJournal['kept'] {
    return this.#journal.kept;
  }

  open(operation: OperationRef, inputHash: string): ReturnType<AttemptJournal['open']> {
    if (this.#inTransaction()) throw new BackplaneError('PROVIDER_OPERATION_IN_TRANSACTION', operation);
    return this.#journal.open(operation, inputHash);
  }

  write(row: AttemptRow): ReturnType<AttemptJournal['write']> {
    return this.#journal.write(row);
  }

  close(operation: OperationRef): ReturnType<AttemptJournal['close']> {
    return this.#journal.close(operation);
  }

  unsettled(): ReturnType<AttemptJournal['unsettled']> {
    return this.#journal.unsettled();
  }

  async rekey(): Promise<number> {
    return (await this.#journal.rekey?.()) ?? 0;
  }
}
