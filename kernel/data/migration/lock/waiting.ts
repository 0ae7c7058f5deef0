import { setTimeout as delay } from 'node:timers/promises';
import { BackplaneError } from '../../../errors.ts';
import type { Database } from '../../database/database.ts';

/** A lock that this process has. */
export interface HeldLock {
  /** To be called inside each transaction. @throws MIGRATION_LOCK_LOST when another has taken it meanwhile */
  assertHeld(): Promise<void>;
}

export interface LockOptions {
  /** ms to wait for another who changes the schema. */
  readonly timeout: number;
  /** Who this is, for those who wait. */
  readonly holder: string;
}

/** ms between two attempts. */
const pause = 100;

/** @param take answers with who has the lock, `undefined` when it is taken now */
export async function retry(
  database: Database,
  { timeout }: LockOptions,
  take: () => Promise<string | undefined>,
): Promise<void> {
  const end = performance.now() + timeout;
  for (;;) {
    const holder = await take();
    if (holder === undefined) return;
    if (performance.now() + pause > end)
      throw new BackplaneError('MIGRATION_LOCKED', { database: database.name, holder, timeout });
    await delay(pause);
  }
}
