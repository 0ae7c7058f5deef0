import type { Database } from '../../data/database/database.ts';
import type { Call } from '../hook/call.ts';
import type { Chain } from '../hook/hook-table.ts';
import { each, runHooked } from '../hook/run.ts';
import type { Resource } from '../resources.ts';
import { type Change, tellChange } from './events.ts';
import type { World } from './world.ts';

/** An operation that writes. */
export interface Writing<Answer> {
  /** What is checked first, before any hook. */
  readonly prepare?: () => Promise<void>;
  readonly perform: (database: Database) => Promise<unknown>;
  /**
   * What the caller gets of the result, as the hooks leave it. Still in the transaction: a wish that cannot be met undoes
   * the operation.
   */
  readonly answer: (result: unknown) => Answer | Promise<Answer>;
  /** What has become of which rows; asked once it is committed. */
  readonly changes?: (() => readonly Change[]) | undefined;
  /** What is to follow the commit besides. */
  readonly committed?: (() => Promise<void>) | undefined;
}

/**
 * Runs an operation that writes: its checks, hooks and the writing in one transaction; hooks after the commit and events
 * when the outermost transaction is committed, and not at all if it is rolled back.
 *
 * @returns the answer
 */
export async function runInTransaction<Answer>(
  world: World,
  resource: Resource,
  call: Call,
  { prepare, perform, answer, changes, committed }: Writing<Answer>,
): Promise<Answer> {
  const database = world.database(resource.schema);
  const chain = resource.chain(call.operation);
  return database.transaction(async () => {
    call.transaction = database;
    await prepare?.();
    const result = await answer(await runHooked(call, chain, () => perform(database)));
    await database.afterCommit(async () => {
      call.transaction = undefined;
      await afterwards(world, chain, call, { changes, committed });
    });
    return result;
  });
}

/** What follows once it is done: whoever fails now must not make it look as if it were not. */
export async function afterwards(
  world: World,
  chain: Chain | undefined,
  call: Call,
  { changes, committed }: Pick<Writing<unknown>, 'changes' | 'committed'>,
): Promise<void> {
  if (chain) await attempt(world, () => each(chain.afterCommit, call));
  if (committed) await attempt(world, committed);
  for (const one of changes?.() ?? []) await tellChange(world, one);
}

async function attempt(world: World, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    world.log.error({ err: error }, 'A hook after the commit failed; what was committed stays');
  }
}

/** Runs an operation that reads: its hooks, and after it those that wait for a commit, which there is none of. */
export async function runReading(
  world: World,
  resource: Resource,
  call: Call,
  perform: () => Promise<unknown>,
): Promise<unknown> {
  const chain = resource.chain(call.operation);
  if (chain === undefined) return perform();
  const result = await runHooked(call, chain, perform);
  await attempt(world, () => each(chain.afterCommit, call));
  return result;
}
