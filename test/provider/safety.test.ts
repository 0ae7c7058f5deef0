import { randomBytes } from 'node:crypto';
import { Database } from 'backplane/data';
import { expect } from 'chai';
import fc from 'fast-check';
import { Keyring } from '../../kernel/index.ts';
import { DatabaseJournal } from '../../kernel/provider/stored/index.ts';
import type { VirtualClock } from '../../kernel/testing/virtual-clock.ts';
import { type Played, play, type Schedule } from './support/crash-schedule.ts';
import { tablesIn } from './support/tables-in.ts';

const schedules = fc.record<Schedule>({
  seed: fc.integer(),
  safety: fc.constantFrom('keyed', 'atMostOnce'),
  instances: fc.integer({ min: 1, max: 4 }),
  sharesAccount: fc.boolean(),
  reconciles: fc.boolean(),
  heedsKeys: fc.boolean(),
  repeats: fc.integer({ min: 0, max: 3 }),
});

/** What must hold, whatever happened. */
function expectSafe({ effects, told, isOpen, error }: Played): void {
  expect(effects, `effects; told ${told}: ${String(error)}`).to.be.at.most(1);
  if (told === 'done') expect(effects, 'effects of what is said to be done').to.equal(1);
  if (told === 'not done')
    expect(effects, `effects of what is said not to be done: ${String(error)}`).to.equal(0);
  if (told === 'unknown') expect(isOpen, 'kept in the journal').to.equal(true);
}

describe('work that must not be done twice', () => {
  it('is not, and nobody is told a lie about it, under 10,000 schedules of faults, crashes and aborts', async () => {
    const seen = { done: 0, 'not done': 0, unknown: 0, nothing: 0 };
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => {
        const played = await play(schedule);
        seen[played.told] += 1;
        expectSafe(played);
      }),
      { numRuns: 10_000, seed: 20_301, endOnFailure: false },
    );
    // All of it has happened, and not only once.
    for (const count of Object.values(seen)) expect(count).to.be.above(500);
  }).timeout(120_000);

  it('is not under 1,000 schedules over the journal in a database, whose processes crash with what they hold', async () => {
    await using database = new Database({ url: 'sqlite::memory:' });
    const tables = tablesIn(() => database);
    const key = new Keyring([randomBytes(32).toString('base64')]);
    const seen = { done: 0, 'not done': 0, unknown: 0, nothing: 0 };
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => {
        await (await tables.use()).run('delete from backplane_provider_operations');
        const journal = (clock: VirtualClock) =>
          new DatabaseJournal({ tables, keyring: key, clock, lease: 2_000 });
        const open = `select 1 from backplane_provider_attempts where state in ('sent', 'unknown')`;
        const hasUnsettled = async (): Promise<boolean> => (await database.run(open)).length > 0;
        const played = await play(schedule, { journal, hasUnsettled });
        seen[played.told] += 1;
        expectSafe(played);
      }),
      { numRuns: 1_000, seed: 20_302, endOnFailure: false },
    );
    for (const count of Object.values(seen)) expect(count).to.be.above(20);
  }).timeout(120_000);
});
