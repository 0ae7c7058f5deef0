import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { BackplaneError, isBackplaneError } from '../../../errors.ts';
import type { Database } from '../../database/database.ts';
import { hasTable } from '../sql/introspect.ts';
import { type HeldLock, type LockOptions, retry } from './waiting.ts';

/** ms that a lease lasts when nobody renews it. */
const duration = 15_000;

/**
 * The lock of an SQLite database, which has no locks of connections that outlast a transaction: a row that says whose turn
 * it is, and until when. A holder that died on this machine is not waited for.
 */
export async function withLease<T>(
  database: Database,
  options: LockOptions,
  work: (lock: HeldLock) => Promise<T>,
): Promise<T> {
  const token = randomUUID();
  await retry(database, options, () => tryTake(database, token, options.holder));
  const renewal = setInterval(() => void renew(database, token), duration / 3);
  renewal.unref();
  try {
    return await work({ assertHeld: () => assertHeld(database, token) });
  } finally {
    clearInterval(renewal);
    await Promise.resolve(
      database.run('delete from backplane_migration_lock where token = ?', [token]),
    ).catch(() => {});
  }
}

async function tryTake(database: Database, token: string, holder: string): Promise<string | undefined> {
  // Reading goes on while the holder writes; asking for the right to write would wait for it.
  const held = await heldBy(database);
  if (held !== undefined) return held;
  try {
    return await database.transaction(async () => {
      await database.execute(
        'create table if not exists backplane_migration_lock (id integer primary key check (id = 1), token text not null, holder text not null, host text not null, pid integer not null, expires integer not null)',
      );
      const other = await heldBy(database);
      if (other !== undefined) return other;
      await database.run(
        'insert or replace into backplane_migration_lock (id, token, holder, host, pid, expires) values (1, ?, ?, ?, ?, ?)',
        [token, holder, hostname(), process.pid, Date.now() + duration],
      );
      return undefined;
    });
  } catch (error) {
    if (isBackplaneError(error) && error.code === 'DATABASE_BUSY') return 'a process that is writing';
    throw error;
  }
}

async function heldBy(database: Database): Promise<string | undefined> {
  if (!(await hasTable(database, 'backplane_migration_lock'))) return undefined;
  const [held] = await database.run('select holder, host, pid, expires from backplane_migration_lock');
  if (held === undefined || Number(held.expires) <= Date.now()) return undefined;
  return isAlive(String(held.host), Number(held.pid)) ? String(held.holder) : undefined;
}

/** One of another machine is taken for alive. */
function isAlive(host: string, pid: number): boolean {
  if (host !== hostname()) return true;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

async function renew(database: Database, token: string): Promise<void> {
  try {
    await database.run('update backplane_migration_lock set expires = ? where token = ?', [
      Date.now() + duration,
      token,
    ]);
  } catch {
    // Whoever took the lease meanwhile is found by the next transaction.
  }
}

async function assertHeld(database: Database, token: string): Promise<void> {
  const rows = await database.run('select token from backplane_migration_lock where token = ?', [token]);
  if (rows.length === 0) throw new BackplaneError('MIGRATION_LOCK_LOST', { database: database.name });
}
