import type { Knex } from 'knex';
import type { Connection, DriverOptions } from './driver.ts';
import { isBroken, isRefused } from './failure.ts';
import { type ClientCare, discardBroken } from './knex-client.ts';

/**
 * Runs `work` with a connection of a server's pool, or with the one that is held already.
 *
 * A server that was restarted, or that ended our sessions, leaves a pool of dead connections, of which each is found out by
 * being used. A statement that only reads goes on to the next one until it meets a new one. One that may write is not
 * repeated: nobody knows whether it took effect.
 */
export type OnConnection = <Given, T>(
  held: Connection | undefined,
  sql: string,
  work: (connection: Given) => Promise<T>,
) => Promise<T>;

export function onPool(
  knex: Knex,
  { connections }: DriverOptions,
  { explain, limit }: ClientCare,
): OnConnection {
  const failed = (connection: Connection, error: unknown, sql: string): never => {
    discardBroken(connection, error);
    throw explain(error, sql);
  };
  return async <Given, T>(
    held: Connection | undefined,
    sql: string,
    work: (connection: Given) => Promise<T>,
  ): Promise<T> => {
    const limited = (connection: Given): Promise<T> =>
      limit ? limit.run(connection, () => work(connection)) : work(connection);
    if (held !== undefined) return limited(held as Given).catch((error: unknown) => failed(held, error, sql));
    const reads = /^\s*select/i.test(sql);
    for (let dead = 0; ; dead += 1) {
      const isLast = !reads || dead >= connections;
      const connection = await taken<Given>(knex, isLast);
      if (connection === undefined) continue;
      try {
        return await limited(connection);
      } catch (error) {
        if (isLast || !isBroken(error)) failed(connection, error, sql);
        discardBroken(connection, error);
      } finally {
        await knex.client.releaseConnection(connection);
      }
    }
  };
}

/** @returns `undefined` when the server ended the session while it was beginning, and this is not the last attempt */
async function taken<Given>(knex: Knex, isLast: boolean): Promise<Given | undefined> {
  try {
    return await knex.client.acquireConnection();
  } catch (error) {
    if (isLast || !isBroken(error) || isRefused(error)) throw error;
    return undefined;
  }
}
