import type { Database } from '../../database/database.ts';
import { withLease } from './lease.ts';
import { mssqlLock, mysqlLock, postgresLock, type ServerLock } from './server-locks.ts';
import { type HeldLock, type LockOptions, retry } from './waiting.ts';

/**
 * Runs `work` while nobody else changes the schema of this database. On servers the lock belongs to a connection, which
 * `work` uses for all its statements: who loses it can change nothing any more, and a lock whose holder dies is free.
 *
 * @throws MIGRATION_LOCKED, naming who has it, after the timeout
 */
export async function withMigrationLock<T>(
  database: Database,
  options: LockOptions,
  work: (lock: HeldLock) => Promise<T>,
): Promise<T> {
  if (database.dialect === 'sqlite') return withLease(database, options, work);
  const lock = serverLocks[database.dialect];
  const locked = async (): Promise<T> => {
    await lock.enter(database, options);
    try {
      await retry(database, options, () => lock.tryTake(database));
      try {
        return await work({ assertHeld: async () => {} });
      } finally {
        // A connection that broke has let go of it by itself.
        await lock.release(database).catch(() => {});
      }
    } finally {
      await lock.leave(database).catch(() => {});
    }
  };
  return database.session(locked, { unlimited: true });
}

const serverLocks: Readonly<Record<'postgres' | 'mysql' | 'mssql', ServerLock>> = {
  postgres: postgresLock,
  mysql: mysqlLock,
  mssql: mssqlLock,
};
