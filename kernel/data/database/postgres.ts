import knexModule from 'knex';
import type { Client } from 'pg';
import { type Driver, type DriverOptions, endPool, hostOf, silent } from './driver.ts';
import { explainer } from './failure.ts';
import { asClient, clientClass } from './knex-client.ts';
import { onPool } from './pooled.ts';
import { PreparedStatements } from './prepared-statements.ts';
import { cutStream, TimeLimit } from './time-limit.ts';

/** Object ids of types that come as text as they are: JSON, and moments, which {@link codecOf} turns into ISO 8601. */
const asText = new Set([114, 3802, 1082, 1114, 1184]);
const int8 = 20;

/** PostgreSQL over `pg`. Each connection keeps its statements prepared. */
export function openPostgres(url: string, options: DriverOptions): Driver {
  const { name: database, connections, acquireTimeout, statementTimeout } = options;
  const where = hostOf(url);
  const limit = new TimeLimit(statementTimeout, cutStream);
  const care = { where, limit, explain: explainer(database, 'postgres', where) };
  const types = {
    getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
      if (asText.has(oid)) return (value) => value;
      if (oid === int8) return Number;
      const { types: usual } = knex.client.driver;
      return usual.getTypeParser(oid, format);
    },
  };
  const knex = knexModule({
    client: asClient(clientClass('postgres', options, care)),
    connection: {
      connectionString: url,
      application_name: 'backplane',
      connectionTimeoutMillis: acquireTimeout,
      ...(statementTimeout > 0 ? { statement_timeout: statementTimeout } : {}),
      types,
    } as object,
    pool: { min: 0, max: connections, idleTimeoutMillis: 30_000, createTimeoutMillis: acquireTimeout },
    acquireConnectionTimeout: acquireTimeout,
    log: silent,
  });
  const onConnection = onPool(knex, options, care);
  const statements = new PreparedStatements(database);
  return {
    dialect: 'postgres',
    where,
    knex,
    limit,
    run: (sql, parameters, held) =>
      onConnection(held, sql, (client: Client) => statements.run(client, sql, parameters)),
    execute: (sql, held) => onConnection(held, sql, async (client: Client) => void (await client.query(sql))),
    close: () => endPool(knex),
  };
}
