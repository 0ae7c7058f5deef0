import { createHash } from 'node:crypto';
import { BackplaneError, messageOf } from '../../errors.ts';
import type { DataContext } from '../repository/data-context.ts';
import type { KeyedSeed } from './define-seed.ts';
import { orderSeeds } from './order-seeds.ts';
import { SeedRecord } from './seed-record.ts';

/**
 * What became of a seed: `ran`; `skipped`, since it had run before; or `changed`: it had run before, and was edited since.
 * Such a one is left alone too, unless forced, as its rows may be other people's by now.
 */
export type SeedOutcome = 'ran' | 'skipped' | 'changed';

export interface SeedProgress {
  readonly key: string;
  readonly outcome: SeedOutcome;
  /** How many are done, this one included. */
  readonly done: number;
  readonly total: number;
  /** ms */
  readonly duration: number;
}

export interface SeedOptions {
  /** Runs those that have run before, too. */
  readonly force?: boolean;
  /** Called after each. */
  readonly onProgress?: (progress: SeedProgress) => void;
}

/**
 * Runs seeds that have not run yet, those first that others depend on, each in a transaction of the default database. What
 * has run is recorded in the table `backplane_seeds`, in the same transaction.
 *
 * @returns what became of each, in their order
 * @throws SEED_FAILED for the first that fails; those before it stay, and FaultList or one of SEED_INVALID, SEED_UNKNOWN,
 *   SEED_CYCLE before any runs
 */
export async function runSeeds(
  data: DataContext,
  seeds: readonly KeyedSeed[],
  { force = false, onProgress }: SeedOptions = {},
): Promise<readonly SeedProgress[]> {
  const ordered = orderSeeds(seeds);
  const record = new SeedRecord(data.database());
  const known = await record.read();
  const done: SeedProgress[] = [];
  for (const one of ordered) {
    const started = performance.now();
    const checksum = one.checksum ?? checksumOf(one);
    const before = known.get(one.key);
    const isDue = before === undefined || force;
    if (isDue) await runSeed(data, record, one, checksum);
    const progress: SeedProgress = {
      key: one.key,
      outcome: isDue ? 'ran' : before === checksum ? 'skipped' : 'changed',
      done: done.length + 1,
      total: ordered.length,
      duration: performance.now() - started,
    };
    done.push(progress);
    onProgress?.(progress);
  }
  return done;
}

async function runSeed(
  data: DataContext,
  record: SeedRecord,
  { key, seed }: KeyedSeed,
  checksum: string,
): Promise<void> {
  const database = data.database();
  try {
    await database.transaction(async () => {
      await seed.run({
        repository: (entity) => data.repository(entity),
        factory: (entity) => data.factory(entity),
        database,
      });
      await record.write(key, checksum, data.now());
    });
  } catch (error) {
    throw new BackplaneError('SEED_FAILED', { seed: key, reason: messageOf(error) }, { cause: error });
  }
}

function checksumOf({ seed }: KeyedSeed): string {
  return createHash('sha256').update(seed.run.toString()).digest('hex');
}
