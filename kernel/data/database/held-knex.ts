import { createRequire } from 'node:module';
import type { Knex } from 'knex';
import type { Connection } from './driver.ts';

const load = createRequire(import.meta.url);
const events = ['start', 'query', 'query-error', 'query-response'] as const;

/**
 * knex over one connection of its pool. knex makes such a client for each of its transactions, and offers it for nothing
 * else.
 *
 * @param inTransaction is one running that knex did not begin? Those of knex are savepoints in it then
 */
export function knexOn(knex: Knex, connection: Connection, inTransaction: boolean): Knex {
  const makeKnex: (client: unknown) => Knex = load('knex/lib/knex-builder/make-knex.js');
  const { client } = knex;
  const held = Object.assign(Object.create(client), {
    // Listeners of its own: inherited, they would be added to those of the pool.
    _events: undefined,
    _eventsCount: 0,
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    transacting: inTransaction,
  });
  for (const event of events) held.on(event, (...values: unknown[]) => client.emit(event, ...values));
  return Object.assign(makeKnex(held), { isTransaction: inTransaction });
}
