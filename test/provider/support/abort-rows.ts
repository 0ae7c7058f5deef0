import { setImmediate as nextTurn } from 'node:timers/promises';
import { percentile } from '../../../bench/statistics.ts';
import { defineDriver, type Failure, type Safety, Type } from '../../../kernel/index.ts';
import { realClock, sleep } from '../../../kernel/provider/clock.ts';
import type { Measured } from './acceptance.ts';
import { row } from './further-rows.ts';
import { silence } from './scripted.ts';
import { instancesNamed, sending, setUp } from './world.ts';

/** Where the calls are when they are aborted, and what brings them there. */
const phases: Readonly<Record<string, Failure | undefined>> = {
  'queued for a group that rests': {
    class: 'throttled',
    effect: 'none',
    scope: 'quotaGroup',
    retryAfter: 10_000,
  },
  'backing off': { class: 'transient', effect: 'none', scope: 'provider' },
  'in flight': undefined,
};

const safeties: readonly Safety[] = ['read', 'idempotent', 'keyed', 'atMostOnce'];
const callsOfEach = 50;

/** How long an aborted call takes to settle in real time, which a simulation cannot tell: for benchmarks. */
export async function abortRows(): Promise<readonly Measured[]> {
  const rows: Measured[] = [];
  for (const [phase, failure] of Object.entries(phases)) {
    const times: number[] = [];
    let later = 0;
    for (const safety of safeties) {
      const aborted = await abortCalls(safety, failure);
      times.push(...aborted.times);
      later += aborted.later;
    }
    const scenario = `abort ${phase}, real clock`;
    rows.push(
      row(scenario, 0, 'ms until it settles, 99th percentile', percentile(times, 0.99), '≤', 5),
      row(scenario, 0, 'later attempts', later, '=', 0),
    );
  }
  return rows;
}

async function abortCalls(safety: Safety, failure: Failure | undefined) {
  let requests = 0;
  const driver = defineDriver('fake', {
    capability: 'mail',
    config: Type.Object({ name: Type.String() }),
    create: () => ({
      send() {
        requests += 1;
        return failure === undefined ? silence : Promise.reject(new Error('not now'));
      },
    }),
    ...(failure === undefined ? {} : { classify: () => failure }),
  });
  const times: number[] = [];
  for (let call = 0; call < callsOfEach; call += 1) {
    // What the calls before have found out must not keep this one from its phase.
    const { providers } = setUp({
      capability: sending(safety),
      driver,
      instances: instancesNamed(['a', 'b', 'c'], () => ({ quotaGroup: 'account' })),
      clock: realClock,
      random: () => 0.999,
    });
    const controller = new AbortController();
    const ended = providers
      .for('mail')
      .send?.({}, { operationId: `${call}`, signal: controller.signal })
      .catch(() => {});
    await nextTurn();
    const started = performance.now();
    controller.abort();
    await ended;
    times.push(performance.now() - started);
    await providers[Symbol.asyncDispose]();
  }
  // Longer than the longest backoff that was cut short.
  await sleep(realClock, 200);
  return { times, later: requests - callsOfEach };
}
