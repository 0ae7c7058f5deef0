import { expect } from 'chai';
import type { Safety } from '../../kernel/index.ts';
import { breakerDefaults } from '../../kernel/provider/breaker.ts';
import { decide, type Next, type Situation } from '../../kernel/provider/decide.ts';
import type { Effect, FailureClass } from '../../kernel/provider/failure.ts';
import { maxAttempts } from '../../kernel/provider/pool.ts';
import { readGuide } from '../support/guide.ts';
import { rejectionOf, type ScriptOptions, scripted, silence, status } from './support/scripted.ts';
import { sending } from './support/world.ts';

const guide = readGuide('docs/how-failover-decides.md');

const classes: readonly FailureClass[] = [
  'transient',
  'throttled',
  'config',
  'invalid',
  'declined',
  'aborted',
];
const effects: readonly Effect[] = ['none', 'unknown', 'done'];
const safeties: readonly Safety[] = ['read', 'idempotent', 'keyed', 'atMostOnce'];

/** How the guide words what comes next. */
const words: Readonly<Record<Next, string>> = {
  other: 'another',
  sameDomain: 'same key again',
  reconcile: 'ask the API',
  raise: 'the caller',
  unknown: 'in doubt',
};

type Row = readonly string[];

/** The tables of a section, each with its head first. */
function tablesOf(section: string): readonly (readonly Row[])[] {
  const text = guide.split(`## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('|'))
    .map((block) =>
      block
        .split('\n')
        .filter((line) => !/^\|\s*-/.test(line))
        .map(cellsOf),
    );
}

const cellsOf = (line: string): Row =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/** Which column of the guide a situation is in. */
function columnOf({ safety, deduplicates }: Pick<Situation, 'safety' | 'deduplicates'>): string {
  if (safety === 'keyed') return deduplicates ? '`keyed`' : '`keyed` without keys';
  return `\`${safety}\``;
}

/** What the guide says comes next; more than one answer would be a contradiction. */
function nextByGuide(table: readonly Row[], situation: Situation): readonly string[] {
  const [head = [], ...rows] = table;
  const isIn = (cell: string | undefined, name: string): boolean => cell?.split(', ').includes(name) ?? false;
  const column = head.findIndex((cell) => isIn(cell, columnOf(situation)));
  return rows
    .filter(
      ([group, effect]) =>
        isIn(group, `\`${situation.failure.class}\``) && isIn(effect, `\`${situation.failure.effect}\``),
    )
    .map((row) => row[column] ?? '');
}

describe('the guide to how failover decides', () => {
  const [first = [], second = []] = tablesOf('The decision');

  for (const isOutstanding of [false, true]) {
    const title = isOutstanding
      ? 'is in doubt about an earlier attempt'
      : 'is in doubt about no earlier attempt';
    it(`says what the code decides, for every failure of every operation, where it ${title}`, () => {
      let count = 0;
      for (const group of classes) {
        for (const effect of effects) {
          for (const safety of safeties) {
            for (const deduplicates of [true, false]) {
              // What may be repeated is never in doubt.
              if (isOutstanding && (safety === 'read' || safety === 'idempotent')) continue;
              const failure = { class: group, effect, scope: 'instance' } as const;
              const situation = { failure, safety, deduplicates, isOutstanding };
              const said = nextByGuide(isOutstanding ? second : first, situation);
              expect(said, JSON.stringify(situation)).to.deep.equal([words[decide(situation)]]);
              count += 1;
            }
          }
        }
      }
      expect(count).to.equal(isOutstanding ? 72 : 144);
    });
  }

  it('explains each word of its tables', () => {
    for (const word of Object.values(words)) expect(guide).to.contain(`- **${word}**:`);
  });

  it('names the classes, and the figures that the code has', () => {
    const [table = []] = tablesOf('What a failure says');
    expect(table.slice(1).map(([group]) => group)).to.deep.equal(classes.map((one) => `\`${one}\``));
    const { consecutive, consecutiveAtMost, sinceSuccess, calls, beyond, window, open, openAtMost, ramp } =
      breakerDefaults;
    expect(guide).to.contain(
      `opens after ${consecutive} failures in a row (up to ${consecutiveAtMost} where calls failed now and then in the last ${window / 1000} s: until it is no chance any more) and ${sinceSuccess} ms since the last success, or at half of at least ${calls} calls in ${window / 1000} s and ${beyond} beyond; for ${open / 1000} s × 2ⁿ, at most ${openAtMost / 1000} s, half of it jitter; one probe; ${ramp / 1000} s ramp.`,
    );
    expect(guide).to.match(new RegExp(`\\| Attempts +\\| ${maxAttempts} a call`));
  });

  /** Each example, as a script of the two instances, and what the guide says of the call. */
  const examples: readonly (Pick<ScriptOptions, 'script' | 'reconcile' | 'classify'> & {
    readonly title: string;
    readonly safety: Safety;
    readonly ends: string;
  })[] = [
    {
      title: 'A connection is refused',
      safety: 'keyed',
      script: { eu: [Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })], us: ['ok'] },
      ends: 'ok',
    },
    {
      title: 'The answer is lost',
      safety: 'keyed',
      script: { eu: [new Error('reset'), 'ok'], us: ['ok'] },
      ends: 'ok',
    },
    {
      title: 'It hangs',
      safety: 'atMostOnce',
      script: { eu: [silence], us: ['ok'] },
      reconcile: () => ({ state: 'notDone' }),
      ends: 'ok',
    },
    { title: 'The key is wrong', safety: 'keyed', script: { eu: [status(401)], us: ['ok'] }, ends: 'ok' },
    { title: 'Throttled', safety: 'keyed', script: { eu: [status(429, 2), 'ok'] }, ends: 'ok' },
  ];

  for (const { title, safety, ends, ...script } of examples) {
    it(`tells what happens: ${title}`, async () => {
      const { asked, send } = scripted({ capability: sending(safety), ...script });
      expect((await send()).value).to.equal(ends);
      const lines = guide.split(`**${title}**`)[1]?.split('```')[1]?.trim().split('\n') ?? [];
      const attempts = lines.filter((line) => !/reconcile|time-out/.test(line));
      const told = attempts.map((line) => /^ *(\d+) ms {2}(\w+)/.exec(line) ?? []);
      expect(told.map(([, , instance]) => instance)).to.deep.equal(asked.map(({ instance }) => instance));
      for (const [index, [, at]] of told.entries()) {
        // Answers take some time in the guide, and none here.
        expect(Number(at)).to.be.within(asked[index]?.at ?? 0, (asked[index]?.at ?? 0) + 300);
      }
    });
  }

  it('tells the truth about what is declined, in doubt, and throttled for too long', async () => {
    const declined = scripted({
      capability: sending('keyed'),
      script: { eu: [new Error('card_declined')], us: ['ok'] },
      classify: () => ({ class: 'declined', effect: 'none', scope: 'provider' }),
    });
    expect(await rejectionOf(declined.send())).to.have.property('code', 'PROVIDER_DECLINED');
    const doubtful = scripted({
      capability: sending('atMostOnce'),
      script: { eu: [silence], us: ['ok'] },
      reconcile: () => ({ state: 'unknown' }),
    });
    expect(await rejectionOf(doubtful.send())).to.have.property('code', 'PROVIDER_OUTCOME_UNKNOWN');
    expect(doubtful.asked.map(({ instance }) => instance)).to.deep.equal(['eu']);
    const throttled = scripted({ capability: sending('keyed'), script: { eu: [status(429, 60)] } });
    const error = await rejectionOf(throttled.send());
    expect(error.code).to.equal('PROVIDER_UNAVAILABLE');
    expect(error.details?.retryAfter).to.equal(60_000);
  });
});
