import { expect } from 'chai';
import fc from 'fast-check';
import { Breaker } from '../../kernel/provider/breaker.ts';
import { Cooling } from '../../kernel/provider/cooling.ts';
import { decide, type Next } from '../../kernel/provider/decide.ts';
import type { Failure } from '../../kernel/provider/failure.ts';
import { RetryBudget } from '../../kernel/provider/retry-budget.ts';
import type { SharedRest } from '../../kernel/provider/shared-state.ts';
import { seededRandom } from '../../kernel/testing/seeded-random.ts';

const half = (): number => 0.5;

describe('the decision after a failure', () => {
  const failures: Readonly<Record<string, [Failure['class'], Failure['effect']]>> = {
    refused: ['transient', 'none'],
    'timed out': ['transient', 'unknown'],
    throttled: ['throttled', 'none'],
    unauthorised: ['config', 'none'],
    declined: ['declined', 'none'],
    aborted: ['aborted', 'unknown'],
    'done, answer lost': ['transient', 'done'],
  };
  // read, idempotent, keyed, keyed without deduplication, atMostOnce; then keyed with something outstanding
  const table: Readonly<Record<keyof typeof failures, readonly Next[]>> = {
    refused: ['other', 'other', 'other', 'other', 'other', 'sameDomain'],
    'timed out': ['other', 'other', 'sameDomain', 'reconcile', 'reconcile', 'sameDomain'],
    throttled: ['other', 'other', 'other', 'other', 'other', 'sameDomain'],
    unauthorised: ['other', 'other', 'other', 'other', 'other', 'sameDomain'],
    declined: ['raise', 'raise', 'raise', 'raise', 'raise', 'raise'],
    aborted: ['raise', 'raise', 'unknown', 'unknown', 'unknown', 'unknown'],
    'done, answer lost': ['other', 'other', 'sameDomain', 'reconcile', 'reconcile', 'sameDomain'],
  };
  const situations = [
    { safety: 'read', deduplicates: true, isOutstanding: false },
    { safety: 'idempotent', deduplicates: true, isOutstanding: false },
    { safety: 'keyed', deduplicates: true, isOutstanding: false },
    { safety: 'keyed', deduplicates: false, isOutstanding: false },
    { safety: 'atMostOnce', deduplicates: true, isOutstanding: false },
    { safety: 'keyed', deduplicates: true, isOutstanding: true },
  ] as const;

  for (const [name, [failureClass, effect]] of Object.entries(failures)) {
    it(`is that of the table: ${name}`, () => {
      const failure: Failure = { class: failureClass, effect, scope: 'instance' };
      expect(situations.map((situation) => decide({ ...situation, failure }))).to.deep.equal(table[name]);
    });
  }
});

describe('a breaker', () => {
  it('opens after five failures in a row, 250 ms after the last success', () => {
    const breaker = new Breaker(half);
    breaker.succeed(0, false);
    for (let failure = 0; failure < 6; failure += 1) breaker.fail(100, false);
    expect(breaker.admits(100)).to.equal('yes');
    breaker.fail(250, false);
    expect(breaker.admits(250)).to.equal('no');
  });

  it('takes failures in a row for chance where calls fail now and then, until they are too many for it', () => {
    const untilOpen = (failedBefore: number, succeeded: number): number => {
      const breaker = new Breaker(half);
      for (let call = 0; call < failedBefore; call += 1) breaker.fail(call, false);
      for (let call = 0; call < succeeded; call += 1) breaker.succeed(100 + call, false);
      let failures = 0;
      while (breaker.admits(1_000) === 'yes') {
        failures += 1;
        breaker.fail(1_000, false);
      }
      return failures;
    };
    const times: readonly (readonly [failed: number, succeeded: number])[] = [
      [0, 4],
      [0, 300],
      [0, 30],
      [4, 16],
      [4, 12],
    ];
    expect(times.map(([failed, succeeded]) => untilOpen(failed, succeeded))).to.deep.equal([5, 5, 5, 11, 12]);
  });

  it('opens when half of at least ten calls in ten seconds fail, and three beyond', () => {
    const stateAfter = (failed: number): string => {
      const breaker = new Breaker(half);
      for (let call = 0; call < 10 - failed; call += 1) breaker.succeed(call, false);
      for (let call = 0; call < failed; call += 1) breaker.fail(100, false);
      return breaker.state;
    };
    expect([5, 7, 8].map(stateAfter)).to.deep.equal(['closed', 'closed', 'open']);
  });

  it('forgets what is older than ten seconds', () => {
    const breaker = new Breaker(half);
    for (let call = 0; call < 40; call += 1) {
      if (call % 2 === 0) breaker.succeed(call * 3_000, false);
      else breaker.fail(call * 3_000, false);
    }
    expect(breaker.state).to.equal('closed');
  });

  it('lets one probe through, waits twice as long after each that fails, at most a minute', () => {
    const breaker = new Breaker(half);
    let now = 1_000;
    for (let failure = 0; failure < 5; failure += 1) breaker.fail(now, false);
    const waits: number[] = [];
    for (let probe = 0; probe < 6; probe += 1) {
      waits.push(breaker.openUntil - now);
      now = breaker.openUntil;
      expect(breaker.admits(now - 1)).to.equal('no');
      expect(breaker.admits(now)).to.equal('probe');
      breaker.beginProbe();
      expect(breaker.admits(now)).to.equal('no');
      breaker.fail(now, true);
    }
    expect(waits).to.deep.equal([3_750, 7_500, 15_000, 30_000, 45_000, 45_000]);
    now = breaker.openUntil;
    breaker.beginProbe();
    breaker.succeed(now, true);
    expect([
      breaker.admits(now),
      breaker.share(now),
      breaker.share(now + 5_000),
      breaker.share(now + 10_000),
    ]).to.deep.equal(['yes', 0.1, 0.5, 1]);
  });

  it('heeds no answer of a call that began before it opened', () => {
    const breaker = new Breaker(half);
    for (let failure = 0; failure < 5; failure += 1) breaker.fail(1_000, false);
    breaker.succeed(1_001, false);
    expect(breaker.state).to.equal('open');
  });
});

describe('a retry budget', () => {
  it('never allows more than its cap, a fifth of what succeeds, and a tenth a second', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 1_000 })), { maxLength: 500 }),
        (events) => {
          const budget = new RetryBudget();
          let [now, taken, succeeded] = [0, 0, 0];
          for (const [isSuccess, pause] of events) {
            now += pause;
            if (isSuccess) {
              budget.succeed();
              succeeded += 1;
            } else if (budget.take(now)) taken += 1;
          }
          return taken <= 100 + 0.2 * succeeded + (0.1 * now) / 1_000;
        },
      ),
    );
  });
});

describe('cooling', () => {
  it('never lets a later, shorter rest shorten a longer one', () => {
    const cooling = new Cooling(seededRandom(1));
    cooling.cool('group', 0, 30_000);
    cooling.cool('group', 1_000, 1_000);
    expect(cooling.until('group')).to.equal(30_000);
  });

  it('grows where nobody says for how long', () => {
    const cooling = new Cooling(half);
    const rests: number[] = [];
    let now = 0;
    for (let round = 0; round < 8; round += 1) {
      cooling.cool('group', now);
      rests.push(cooling.until('group') - now);
      now = cooling.until('group');
    }
    expect(rests).to.deep.equal([750, 1_500, 3_000, 6_000, 12_000, 24_000, 45_000, 45_000]);
  });

  it('takes calls that were on their way together, and were throttled together, for one time', () => {
    const cooling = new Cooling(half);
    for (let call = 0; call < 10; call += 1) cooling.cool('group', call);
    expect(cooling.until('group')).to.equal(9 + 750);
  });

  it('tells others what remains and how far it has grown, and hears the same, which shortens nothing', () => {
    const told: SharedRest[] = [];
    const one = new Cooling(half, (rest) => void told.push(rest));
    const other = new Cooling(half);
    one.cool('group', 0);
    one.cool('group', 750);
    expect(told).to.deep.equal([
      { name: 'group', remaining: 750, level: 0 },
      { name: 'group', remaining: 1_500, level: 1 },
    ]);
    // Its clock is another.
    for (const rest of told.toReversed()) other.hear(rest, 1_000_000);
    expect([...other.all(1_000_500)]).to.deep.equal([{ name: 'group', remaining: 1_000, level: 1 }]);
    expect([...other.all(1_001_500)]).to.deep.equal([]);
    other.cool('group', 1_001_500);
    expect(other.until('group')).to.equal(1_001_500 + 3_000);
    // What was heard is not told on.
    expect(told).to.have.length(2);
  });
});
