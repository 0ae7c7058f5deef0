import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Knex } from 'knex';
import { type Connection, type Driver, type DriverOptions, endPool, type Row } from './driver.ts';
import { type Explain, explainer } from './failure.ts';
import { isBusy, Patience } from './patience.ts';
import { Cached, loadVectors, openHandle } from './sqlite-handle.ts';
import { knexOver } from './sqlite-knex.ts';

/**
 * SQLite in this process. One connection writes, and all of knex goes through it; a second one reads what is committed,
 * so that no reader waits for a long transaction. A database in memory has but the one.
 *
 * Statements run on the connection itself, past knex and its pool, where that changes nothing: a lookup by id costs a
 * tenth of what the way through a pool does. Only where another process holds the lock of the file is there a promise to
 * wait for.
 */
export function openSqlite(location: string, options: DriverOptions): Driver {
  const inMemory = location === ':memory:';
  if (!inMemory) mkdirSync(dirname(location), { recursive: true });
  const writer = new Cached(openHandle(location));
  const reader = inMemory ? undefined : new Cached(openHandle(location));
  const conflict = explainer(options.name, 'sqlite', location);
  const patience = new Patience(options.name, location, options.acquireTimeout);
  const explain: Explain = (error) => conflict(patience.explain(error));
  const failed = (error: unknown): never => {
    throw explain(error);
  };
  const knex = knexOver(writer.handle, options, { patience, explain, where: location });

  const isFree = (): boolean => {
    const { pool } = knex.client;
    return pool.numUsed() === 0 && pool.numPendingAcquires() === 0;
  };
  /** In turn with everything else that writes. Whoever waits for another process keeps its turn. */
  const inTurn = <T>(work: () => T): Promise<T> => {
    const since = performance.now();
    return afterOthers(knex, () => patience.try(work, since)).catch(failed);
  };
  const runLater = (sql: string, parameters: readonly unknown[], held: Connection | undefined) => {
    const write = (): Row[] => writer.run(sql, parameters);
    if (held !== undefined) return patience.try(write).catch(failed);
    if (!reader) return inTurn(write);
    return patience
      .try(() => reader.prepare(sql).readonly)
      .then((reads) => (reads ? patience.try(() => reader.run(sql, parameters)) : inTurn(write)))
      .catch(failed);
  };
  let hasVectors: boolean | undefined;
  return {
    dialect: 'sqlite',
    where: location,
    knex,
    run(sql, parameters, held) {
      try {
        if (held !== undefined) return writer.run(sql, parameters);
        if (reader?.prepare(sql).readonly) return reader.run(sql, parameters);
        // Nobody holds the connection, and nobody can take it before this has returned.
        if (isFree()) return writer.run(sql, parameters);
      } catch (error) {
        if (!isBusy(error)) throw explain(error);
      }
      return runLater(sql, parameters, held);
    },
    async execute(sql, held) {
      const work = (): void => void writer.handle.exec(sql);
      if (held !== undefined) return patience.try(work).catch(failed);
      try {
        if (isFree()) return work();
      } catch (error) {
        if (!isBusy(error)) throw explain(error);
      }
      return inTurn(work);
    },
    loadVectors() {
      hasVectors ??= [writer, reader].every((one) => one === undefined || loadVectors(one.handle));
      return hasVectors;
    },
    async close() {
      await endPool(knex);
      reader?.handle.close();
      if (writer.handle.open && !inMemory) optimize(writer);
      writer.handle.close();
    },
  };
}

/** Runs when the connection is free, in the order of asking. */
async function afterOthers<T>(knex: Knex, work: () => Promise<T>): Promise<T> {
  const connection: Connection = await knex.client.acquireConnection();
  try {
    return await work();
  } finally {
    await knex.client.releaseConnection(connection);
  }
}

/** Another process that is writing has it done at its own end. */
function optimize({ handle }: Cached): void {
  try {
    handle.pragma('optimize');
  } catch (error) {
    if (!isBusy(error)) throw error;
  }
}
