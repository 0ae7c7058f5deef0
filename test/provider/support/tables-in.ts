import type { Database } from 'backplane/data';
import { migrateKernel } from '../../../kernel/migrations.ts';
import { ProviderTables } from '../../../kernel/provider/stored/index.ts';
import { recordedLog } from './recorded-log.ts';

const { log } = recordedLog();

/** The tables of providers in a database. */
export function tablesIn(open: () => Database): ProviderTables {
  return new ProviderTables({ open, migrate: (database) => migrateKernel(database, { auto: true, log }) });
}
