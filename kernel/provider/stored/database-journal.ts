import { randomUUID } from 'node:crypto';
import type { Database } from '../../data/index.ts';
import { BackplaneError } from '../../errors.ts';
import type { Clock } from '../clock.ts';
import {
  type AttemptJournal,
  type AttemptRow,
  type AttemptState,
  type OperationRef,
  replaceable,
} from '../journal.ts';
import type { Keyring } from '../keyring.ts';
import { answerContext, attemptColumns, attemptOf, keptValue, keyOf } from './attempt-rows.ts';
import { firstRows, insertNew, run, textOf } from './statements.ts';
import type { ProviderTables } from './tables.ts';

export interface DatabaseJournalOptions {
  readonly tables: ProviderTables;
  readonly keyring: Keyring;
  readonly clock: Clock;
  /** ms after which what a process held is free when it says nothing; 30,000 if left out. */
  readonly lease?: number;
  /** ms that settled operations are remembered; 30 days if left out. */
  readonly remembered?: number;
}

const operations = 'backplane_provider_operations';
const attempts = 'backplane_provider_attempts';

/** What may have been done, for all that is known. */
const isOpen = `state in ('sent', 'unknown')`;

/** Of a row that this is news of. */
const replaces = (state: AttemptState): string =>
  `state in (${replaceable[state].map((one) => `'${one}'`).join(', ')})`;

/** Rows that are swept or encrypted anew at a time. */
const batch = 200;

/** Operations that are forgotten at once; the rest is the next time's. */
const atOnce = 5_000;

const prolong = `update ${operations} set lease_until = ? where holder = ? and id in (${Array(batch).fill('?').join(', ')})`;

/**
 * A journal in the database: it knows what every process has done, and outlives them.
 *
 * Whoever works on an operation holds a lease of its row, renewed while it works: what a crashed process held becomes free
 * by itself. An attempt is marked as sent only while the lease is held, so that a process which slept through its own cannot
 * send beside the one that took over.
 */
export class DatabaseJournal implements AttemptJournal {
  readonly kept = 'database';
  readonly #tables: ProviderTables;
  readonly #keyring: Keyring;
  readonly #clock: Clock;
  readonly #lease: number;
  readonly #remembered: number;
  /** This process. */
  readonly #holder = randomUUID();
  /** What it works on: the operation → its claim. */
  readonly #held = new Map<string, string>();
  #stopRenewing: (() => void) | undefined;

  constructor({ tables, keyring, clock, lease, remembered }: DatabaseJournalOptions) {
    this.#tables = tables;
    this.#keyring = keyring;
    this.#clock = clock;
    this.#lease = lease ?? 30_000;
    this.#remembered = remembered ?? 30 * 24 * 3_600_000;
  }

  async open(operation: OperationRef, inputHash: string): Promise<readonly AttemptRow[]> {
    const id = keyOf(operation);
    if (this.#held.has(id)) throw new BackplaneError('PROVIDER_OPERATION_RUNNING', { ...operation });
    const claim = randomUUID();
    this.#held.set(id, claim);
    try {
      const rows = await this.#open(id, claim, operation, inputHash);
      this.#renew();
      return rows;
    } catch (error) {
      this.#held.delete(id);
      throw error;
    }
  }

  async write(row: AttemptRow): Promise<void> {
    const database = await this.#tables.use();
    if (row.state === 'planned') await this.#plan(database, row);
    else if (row.state === 'sent') await this.#send(database, row);
    else await this.#settle(database, row);
  }

  async close(operation: OperationRef): Promise<void> {
    const id = keyOf(operation);
    const claim = this.#held.get(id);
    if (claim === undefined) return;
    this.#held.delete(id);
    if (this.#held.size === 0) this.#stopRenewing?.();
    const database = await this.#tables.use();
    await run(database, `update ${operations} set holder = null, changed_at = ? where id = ? and claim = ?`, [
      this.#date(),
      id,
      claim,
    ]);
  }

  async unsettled(): Promise<readonly AttemptRow[]> {
    const database = await this.#tables.use();
    const rows = await run(
      database,
      `select ${attemptColumns} from ${attempts} a join ${operations} o on o.id = a.operation
        where a.${isOpen} and (o.holder is null or o.lease_until < ?) order by a.planned_at`,
      [this.#date()],
    );
    return rows.map((row) => attemptOf(row, this.#keyring));
  }

  /** Forgets operations that have been settled for long. What is unknown is never forgotten. @returns how many */
  async sweep(): Promise<number> {
    const database = await this.#tables.use();
    const old = `changed_at < ? and (holder is null or lease_until < ?) and not exists (select 1 from ${attempts} a where a.operation = ${operations}.id and a.${isOpen})`;
    const now = this.#date();
    const before = now - this.#remembered;
    for (let swept = 0; ; ) {
      const some = firstRows(database, batch, `id from ${operations} where ${old}`);
      const rows = await run(database, some, [before, now]);
      // Looked at again by the statement that deletes: somebody may have begun to work on it. Its attempts go with it.
      for (const row of rows) {
        const sql = `delete from ${operations} where id = ? and ${old}`;
        await run(database, sql, [textOf(row, 'id'), before, now]);
      }
      swept += rows.length;
      if (rows.length < batch || swept >= atOnce) return swept;
    }
  }

  /** Encrypts answers anew that an older key has encrypted. @returns how many @throws SECRET_UNREADABLE */
  async rekey(): Promise<number> {
    const database = await this.#tables.use();
    let count = 0;
    for (let after = ''; ; ) {
      const rows = await run(
        database,
        firstRows(
          database,
          batch,
          `id, value from ${attempts} where id > ? and value like 'enc:%' order by id`,
        ),
        [after],
      );
      for (const row of rows) {
        const [id, value] = [textOf(row, 'id'), textOf(row, 'value')];
        after = id;
        if (this.#keyring.isCurrent(value)) continue;
        const fresh = this.#keyring.reencrypt(value, answerContext(id));
        await run(database, `update ${attempts} set value = ? where id = ?`, [fresh, id]);
        count += 1;
      }
      if (rows.length < batch) return count;
    }
  }

  /** Lets go of nothing, since calls may still end; but renews no lease any more. */
  stop(): void {
    this.#stopRenewing?.();
  }

  async #open(
    id: string,
    claim: string,
    operation: OperationRef,
    inputHash: string,
  ): Promise<readonly AttemptRow[]> {
    const database = await this.#tables.use();
    const now = this.#date();
    await insertNew(database, operations, {
      id,
      capability: operation.capability,
      operation: operation.operation,
      tenant: operation.tenant ?? null,
      operation_id: operation.operationId,
      input_hash: inputHash,
      claim,
      holder: this.#holder,
      lease_until: now + this.#lease,
      changed_at: now,
    });
    const found = await this.#find(database, id);
    if (found.claim === claim) return [];
    // What this process holds by the table alone is left over from a close that could not be written.
    const isFree = found.holder === null || found.holder === this.#holder || Number(found.lease_until) < now;
    if (!isFree) throw new BackplaneError('PROVIDER_OPERATION_RUNNING', { ...operation });
    if (found.input_hash !== inputHash)
      throw new BackplaneError('PROVIDER_OPERATION_REUSED', { ...operation });
    await run(
      database,
      `update ${operations} set claim = ?, holder = ?, lease_until = ?, changed_at = ? where id = ? and claim = ? and (holder is null or holder = ? or lease_until < ?)`,
      [claim, this.#holder, now + this.#lease, now, id, textOf(found, 'claim'), this.#holder, now],
    );
    if ((await this.#find(database, id)).claim !== claim) {
      throw new BackplaneError('PROVIDER_OPERATION_RUNNING', { ...operation });
    }
    const rows = await run(
      database,
      `select ${attemptColumns} from ${attempts} a join ${operations} o on o.id = a.operation where o.id = ? order by a.planned_at`,
      [id],
    );
    return rows.map((row) => attemptOf(row, this.#keyring));
  }

  async #find(database: Database, id: string): Promise<Readonly<Record<string, unknown>>> {
    const sql = `select claim, holder, lease_until, input_hash from ${operations} where id = ?`;
    const [row] = await run(database, sql, [id]);
    // Swept or purged between two statements.
    if (row === undefined) throw new Error('Its entry was deleted meanwhile. Try again.');
    return row;
  }

  async #plan(database: Database, row: AttemptRow): Promise<void> {
    // Its answer will be encrypted: a key that cannot be had is found out about before anything is sent.
    void this.#keyring.isEmpty;
    await insertNew(database, attempts, {
      id: row.id,
      operation: keyOf(row),
      instance: row.instance,
      instance_tenant: row.instanceTenant ?? null,
      driver: row.driver,
      domain: row.domain,
      state: 'planned',
      planned_at: row.plannedAt,
    });
  }

  /** @throws unless this process holds the operation: another may be sending */
  async #send(database: Database, row: AttemptRow): Promise<void> {
    const id = keyOf(row);
    await run(
      database,
      `update ${attempts} set state = 'sent', sent_at = ? where id = ? and ${replaces('sent')} and exists (select 1 from ${operations} o where o.id = ? and o.claim = ? and o.holder = ?)`,
      [row.sentAt ?? null, row.id, id, this.#held.get(id) ?? '', this.#holder],
    );
    const [written] = await run(database, `select state from ${attempts} where id = ?`, [row.id]);
    if (written?.state !== 'sent') {
      throw new Error('This process said nothing for so long that another may have taken over.');
    }
  }

  /** Knowledge is never replaced by less of it: what was done stays done, whoever comes late. */
  async #settle(database: Database, row: AttemptRow): Promise<void> {
    await run(
      database,
      `update ${attempts} set state = ?, settled_at = ?, failure = ?, value = ? where id = ? and ${replaces(row.state)}`,
      [
        row.state,
        row.settledAt ?? null,
        row.failure === undefined ? null : JSON.stringify(row.failure),
        keptValue(row, this.#keyring),
        row.id,
      ],
    );
  }

  #renew(): void {
    if (this.#stopRenewing || this.#held.size === 0) return;
    const cancel = this.#clock.after(this.#lease / 3, () => {
      this.#stopRenewing = undefined;
      this.#renew();
      void this.#prolong();
    });
    this.#stopRenewing = () => {
      cancel();
      this.#stopRenewing = undefined;
    };
  }

  async #prolong(): Promise<void> {
    try {
      const database = await this.#tables.use();
      const held = [...this.#held.keys()];
      for (let from = 0; from < held.length; from += batch) {
        // Always as many parameters, so that it is always the same statement.
        const ids = Array.from({ length: batch }, (_, index) => held[from + index] ?? '');
        await run(database, prolong, [this.#date() + this.#lease, this.#holder, ...ids]);
      }
    } catch {
      // Next time, perhaps. Until then nobody sends what another may have taken over.
    }
  }

  #date(): number {
    return Math.round(this.#tables.date(this.#clock.date()));
  }
}
