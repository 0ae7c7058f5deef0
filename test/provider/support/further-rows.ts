import type { Measured } from './acceptance.ts';
import { play, type Schedule } from './crash-schedule.ts';
import { successOf } from './figures.ts';
import { healthy, type Simulated, simulate } from './simulation.ts';
import { instancesNamed } from './world.ts';

/** The rows of the acceptance table that are no matter of load, each as it is measured. */
export const furtherRows: readonly (() => Promise<readonly Measured[]>)[] = [
  unauthorised,
  retryAfter,
  changingInstances,
  crashes,
];

export function row(
  scenario: string,
  rate: number,
  what: string,
  figure: number,
  limit: '=' | '≤',
  required: number,
): Measured {
  const holds = limit === '=' ? figure === required : figure <= required;
  return { scenario, rate, what, figure, required: `${limit} ${required}`, holds };
}

const to = ({ requests }: Simulated, instance: string): number =>
  requests.filter((request) => request.instance === instance).length;

async function unauthorised(): Promise<readonly Measured[]> {
  const scenario = '401 on one instance';
  const simulated = await simulate({
    rate: 100,
    duration: 60,
    behaviours: { a: () => ({ latency: 0, status: 401 }), b: healthy, c: healthy },
  });
  return [
    row(scenario, 100, 'success, %', 100 * successOf(simulated), '=', 100),
    row(scenario, 100, 'calls until it is disabled', to(simulated, 'a'), '=', 1),
  ];
}

async function retryAfter(): Promise<readonly Measured[]> {
  const throttledAt = 5_000;
  const wait = 30_000;
  const simulated = await simulate({
    rate: 100,
    duration: 60,
    behaviours: {
      a: ({ now }) =>
        now >= throttledAt && now < throttledAt + wait
          ? { latency: 0, status: 429, retryAfter: wait }
          : { latency: 20 },
      b: healthy,
      c: healthy,
    },
  });
  const early = simulated.requests.filter(
    ({ instance, at }) => instance === 'a' && at >= throttledAt && at < throttledAt + wait,
  );
  // The first is the one that was throttled.
  return [row('Retry-After', 100, 'early calls to the quota group', early.length - 1, '=', 0)];
}

async function changingInstances(): Promise<readonly Measured[]> {
  const simulated = await simulate({
    rate: 1_000,
    duration: 10,
    behaviours: { a: healthy, b: healthy, c: healthy },
    meanwhile({ clock, store }) {
      let turn = 0;
      const change = (): void => {
        turn += 1;
        const names = [['a'], ['b', 'c'], ['a', 'b', 'c'], ['c']][turn % 4] ?? [];
        store.replace(instancesNamed(names, (name) => ({ config: { name, turn } })));
        if (clock.now() < 10_000) clock.after(7, change);
      };
      clock.after(0, change);
    },
  });
  const failed = simulated.calls.filter(({ error }) => error !== undefined).length;
  return [row('instances changed', 1_000, 'failed calls', failed, '=', 0)];
}

/** Every combination in turn, each with a course of chance of its own. */
export function scheduleOf(seed: number): Schedule {
  return {
    seed,
    safety: seed % 2 === 0 ? 'keyed' : 'atMostOnce',
    instances: 1 + (seed % 4),
    sharesAccount: seed % 3 === 0,
    reconciles: seed % 5 < 3,
    heedsKeys: seed % 7 < 4,
    repeats: seed % 4,
  };
}

async function crashes(): Promise<readonly Measured[]> {
  let [twice, untold] = [0, 0];
  for (let seed = 0; seed < 10_000; seed += 1) {
    const { effects, told, isOpen } = await play(scheduleOf(seed));
    if (effects > 1) twice += 1;
    if (
      (told === 'not done' && effects > 0) ||
      (told === 'done' && effects !== 1) ||
      (told === 'unknown' && !isOpen)
    )
      untold += 1;
  }
  const scenario = 'keyed and atMostOnce, 10,000 schedules of faults and crashes';
  return [
    row(scenario, 0, 'duplicate effects', twice, '=', 0),
    row(scenario, 0, 'unknowns not surfaced', untold, '=', 0),
  ];
}
