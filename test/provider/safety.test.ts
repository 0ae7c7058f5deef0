import { expect } from 'chai';
import fc from 'fast-check';
import { play, type Schedule } from './support/crash-schedule.ts';

const schedules = fc.record<Schedule>({
  seed: fc.integer(),
  safety: fc.constantFrom('keyed', 'atMostOnce'),
  instances: fc.integer({ min: 1, max: 4 }),
  sharesAccount: fc.boolean(),
  reconciles: fc.boolean(),
  heedsKeys: fc.boolean(),
  repeats: fc.integer({ min: 0, max: 3 }),
});

describe('work that must not be done twice', () => {
  it('is not, and nobody is told a lie about it, under 10,000 schedules of faults, crashes and aborts', async () => {
    const seen = { done: 0, 'not done': 0, unknown: 0, nothing: 0 };
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => {
        const { effects, told, isOpen, error } = await play(schedule);
        seen[told] += 1;
        expect(effects, `effects; told ${told}: ${String(error)}`).to.be.at.most(1);
        if (told === 'done') expect(effects, 'effects of what is said to be done').to.equal(1);
        if (told === 'not done')
          expect(effects, `effects of what is said not to be done: ${String(error)}`).to.equal(0);
        if (told === 'unknown') expect(isOpen, 'kept in the journal').to.equal(true);
      }),
      { numRuns: 10_000, seed: 20_301, endOnFailure: false },
    );
    // All of it has happened, and not only once.
    for (const count of Object.values(seen)) expect(count).to.be.above(500);
  }).timeout(120_000);
});
