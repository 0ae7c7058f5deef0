import { createRequire } from 'node:module';
import type { Knex } from 'knex';
import type { Connection } from './driver.ts';

const load = createRequire(import.meta.url);
const events = ['start', 'query', 'query-error', 'query-response'] as const;

/**
 * knex over one connection of its pool, without a transaction. knex makes such a client for each of its transactions, and
 * offers it for nothing else.
 */
export function knexOn(knex: Knex, connection: Connection): Knex {
  const makeKnex: (client: unknown) => Knex = load('knex/lib/knex-builder/make-knex.js');
  const { client } = knex;
  const held = Object.assign(Object.create(client), {
    // Listeners of its own: inherited, they would be added to those of the pool.
    _events: undefined,
    _eventsCount: 0,
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
  });
  for (const event of events) held.on(event, (...values: unknown[]) => client.emit(event, ...values));
  return makeKnex(held);
}
