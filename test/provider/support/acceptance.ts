import { amplificationOf, p99Of, shareOf, successOf, worstAmplificationOf } from './figures.ts';
import { type Behaviour, healthy, healthyLatency, type Simulated, simulate } from './simulation.ts';

/** One requirement with what was measured. */
export interface Measured {
  readonly scenario: string;
  /** Calls a second; 0 where it is no matter of load. */
  readonly rate: number;
  readonly what: string;
  readonly figure: number;
  readonly required: string;
  /** `undefined`: not required at this rate. */
  readonly holds: boolean | undefined;
}

/** A scenario of the acceptance table: three instances, and what becomes of them. */
export interface Scenario {
  readonly name: string;
  /** @param seed another is another course of chance; 1 if left out */
  run(rate: number, seed?: number): Promise<readonly Measured[]>;
}

export const rates = [1, 10, 100, 1_000] as const;

const second = 1_000;
/** The trouble lasts from the 60th to the 180th second. */
const from = 60 * second;
const to = 180 * second;

const dead: Behaviour = () => ({ latency: 20, status: 503 });
const hanging: Behaviour = () => ({ latency: Number.POSITIVE_INFINITY });

/** Otherwise healthy. */
const during =
  (trouble: Behaviour): Behaviour =>
  (request) =>
    request.now >= from && request.now < to ? trouble(request) : healthy(request);

/** So long that rare events are seen, and no longer at many calls a second than needed. */
const longAt = (rate: number): number => (rate >= 1_000 ? 60 : rate >= 100 ? 600 : 3_600);
/** Until some time after the trouble: what it costs must not vanish among what comes later. */
const shortAt = (rate: number): number => (rate >= 1_000 ? 245 : 600);

type Check = readonly [
  what: string,
  figure: number,
  limit: '≤' | '≥' | '=',
  required: number,
  minimalRate?: number,
];

function scenario(
  name: string,
  behaviours: Readonly<Record<string, Behaviour>>,
  checks: (
    simulated: Simulated,
    rate: number,
    duration: number,
    seed: number,
  ) => readonly Check[] | Promise<readonly Check[]>,
  duration: (rate: number) => number = longAt,
): Scenario {
  return {
    name,
    async run(rate, seed = 1) {
      const seconds = duration(rate);
      const simulated = await simulate({ rate, duration: seconds, behaviours, seed });
      return (await checks(simulated, rate, seconds, seed)).map(
        ([what, figure, limit, required, minimalRate = 0]) => {
          const holds =
            limit === '≤' ? figure <= required : limit === '≥' ? figure >= required : figure === required;
          const isRequired = rate >= minimalRate;
          return {
            scenario: name,
            rate,
            what,
            figure,
            required: isRequired ? `${limit} ${Number(required.toPrecision(4))}` : `at ≥ ${minimalRate}/s`,
            holds: isRequired ? holds : undefined,
          };
        },
      );
    },
  };
}

const known = new Map<string, number>();

/** The same calls with nothing wrong: what latencies are compared with. */
async function healthyP99(rate: number, duration: number, seed: number): Promise<number> {
  const key = `${rate} ${duration} ${seed}`;
  const p99 =
    known.get(key) ??
    p99Of(await simulate({ rate, duration, seed, behaviours: { a: healthy, b: healthy, c: healthy } }));
  known.set(key, p99);
  return p99;
}

/** The rows of the acceptance table that are simulated under load. */
export const scenarios: readonly Scenario[] = [
  scenario(
    'one fails all for 120 s, then heals',
    { a: during(dead), b: healthy, c: healthy },
    (simulated) => {
      const back = simulated.requests.find(({ instance, at }) => instance === 'a' && at >= to);
      // Before the trouble.
      const base = p99Of(simulated, 0, from);
      return [
        ['success, %', 100 * successOf(simulated), '≥', 99.99],
        ['amplification', amplificationOf(simulated), '≤', 1.01],
        ['s until it is used again', ((back?.at ?? Number.POSITIVE_INFINITY) - to) / second, '≤', 60],
        ['added p99, ms', p99Of(simulated, from, to) - base, '≤', 10, 100],
        [
          'calls to the dead one in steady state, %',
          100 * shareOf(simulated, 'a', from + 30 * second, to),
          '≤',
          0.1,
          100,
        ],
      ];
    },
    shortAt,
  ),
  scenario('one hangs', { a: hanging, b: healthy, c: healthy }, async (simulated, rate, duration, seed) => [
    ['success, %', 100 * successOf(simulated), '≥', 99.99],
    ['p99 ÷ healthy', p99Of(simulated) / (await healthyP99(rate, duration, seed)), '≤', 1.05, 10],
  ]),
  scenario(
    'one flaps 50 %',
    {
      a: ({ random }) => ({ latency: healthyLatency(random), ...(random() < 0.5 ? { status: 503 } : {}) }),
      b: healthy,
      c: healthy,
    },
    (simulated, _rate, duration) => [
      ['success, %', 100 * successOf(simulated), '≥', 99.99],
      ['calls to it, %', 100 * shareOf(simulated, 'a', 0, duration * second), '≤', 1, 10],
    ],
  ),
  scenario('two of three dead', { a: dead, b: dead, c: healthy }, (simulated) => [
    ['success, %', 100 * successOf(simulated), '≥', 99.99],
  ]),
  scenario(
    'all fail 20 % at random',
    Object.fromEntries(
      ['a', 'b', 'c'].map((name): [string, Behaviour] => [
        name,
        ({ random }) => ({ latency: healthyLatency(random), ...(random() < 0.2 ? { status: 503 } : {}) }),
      ]),
    ),
    (simulated) => [
      ['success, %', 100 * successOf(simulated), '≥', 95],
      ['amplification', amplificationOf(simulated), '≤', 1.2, 100],
      ['false ejections', simulated.ejections, '=', 0, 100],
    ],
  ),
  scenario(
    'one ten times slower',
    { a: ({ random }) => ({ latency: 10 * healthyLatency(random) }), b: healthy, c: healthy },
    async (simulated, rate, duration, seed) => [
      ['success, %', 100 * successOf(simulated), '≥', 99.99],
      ['p99 ÷ healthy', p99Of(simulated) / (await healthyP99(rate, duration, seed)), '≤', 1.1, 10],
    ],
  ),
  scenario(
    'full outage',
    { a: during(dead), b: during(dead), c: during(dead) },
    (simulated, _rate, duration) => [
      ['amplification in the worst 10 s', worstAmplificationOf(simulated, duration), '≤', 1.2, 10],
      ['ms of a rejection that asks nobody', rejectionOf(simulated), '≤', 1],
    ],
    () => 210,
  ),
];

/** The longest that a call took which was refused since nobody could be asked. */
function rejectionOf({ calls }: Simulated): number {
  const refused = calls.filter(
    ({ error }) => error instanceof Error && 'code' in error && error.code === 'PROVIDER_UNAVAILABLE',
  );
  const durations = refused
    .filter(({ error }) => /Nobody was called/.test(String(error)))
    .map(({ duration }) => duration);
  return durations.length === 0 ? Number.NaN : durations.reduce((most, one) => Math.max(most, one), 0);
}
