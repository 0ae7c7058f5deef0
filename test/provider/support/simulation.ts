import {
  defineDriver,
  type InstanceDefinition,
  type MemoryInstances,
  type Providers,
  ResponseError,
  type Safety,
  Type,
} from '../../../kernel/index.ts';
import { seededRandom } from '../../../kernel/testing/seeded-random.ts';
import { VirtualClock } from '../../../kernel/testing/virtual-clock.ts';
import { instancesNamed, sending, setUp } from './world.ts';

/** What an instance does with one request. */
export type Behaviour = (request: { readonly now: number; readonly random: () => number }) => {
  /** Milliseconds until it answers; infinite: never. */
  readonly latency: number;
  /** The status of its answer; 200 if left out. */
  readonly status?: number;
  readonly retryAfter?: number;
};

/** A call as it went. Milliseconds. */
export interface SimulatedCall {
  readonly start: number;
  readonly duration: number;
  readonly error: unknown;
}

/** A request as it reached an instance. */
export interface SimulatedRequest {
  readonly at: number;
  readonly instance: string;
}

export interface SimulationOptions {
  /** Calls a second, at random moments. */
  readonly rate: number;
  /** Seconds. */
  readonly duration: number;
  readonly behaviours: Readonly<Record<string, Behaviour>>;
  readonly safety?: Safety;
  readonly instances?: (name: string) => Partial<InstanceDefinition>;
  readonly seed?: number;
  /** What happens beside the calls. */
  readonly meanwhile?: (world: { providers: Providers; clock: VirtualClock; store: MemoryInstances }) => void;
}

export interface Simulated {
  readonly calls: readonly SimulatedCall[];
  readonly requests: readonly SimulatedRequest[];
  /** How often a breaker opened. */
  readonly ejections: number;
}

/** A latency with a median of 25 ms and a 99th percentile of 70 ms: log-normal, by Box and Muller. */
export function healthyLatency(random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return 25 * Math.exp(normal * (Math.log(70 / 25) / 2.3263));
}

export const healthy: Behaviour = ({ random }) => ({ latency: healthyLatency(random) });

/** Calls come for a while on a virtual clock. The same seed gives the same numbers, to the last digit. */
export async function simulate(options: SimulationOptions): Promise<Simulated> {
  const { rate, duration, behaviours, safety = 'read', instances, seed = 1, meanwhile } = options;
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const latencies = seededRandom(seed + 1);
  const requests: SimulatedRequest[] = [];
  const driver = defineDriver('fake', {
    capability: 'mail',
    config: Type.Object({ name: Type.String(), turn: Type.Optional(Type.Integer()) }),
    create: ({ name }) => ({
      send: () =>
        new Promise((resolve, reject) => {
          requests.push({ at: clock.now(), instance: name });
          const answer = behaviours[name]?.({ now: clock.now(), random: latencies }) ?? { latency: 0 };
          if (answer.latency === Number.POSITIVE_INFINITY) return;
          clock.after(answer.latency, () => {
            if (answer.status === undefined) resolve(name);
            else reject(new ResponseError(answer.status, headersOf(answer.retryAfter)));
          });
        }),
    }),
  });
  const { providers, store } = setUp({
    capability: sending(safety),
    driver,
    instances: instancesNamed(Object.keys(behaviours), instances),
    clock,
    random,
  });
  const client = providers.for('mail');
  const calls: SimulatedCall[] = [];
  const call = async (): Promise<void> => {
    const start = clock.now();
    const options = safety === 'keyed' ? { operationId: String(calls.length + requests.length) } : {};
    const error = await client.send?.({}, options).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    calls.push({ start, duration: clock.now() - start, error });
  };
  const arrivals = seededRandom(seed + 2);
  const arrive = (): void => {
    if (clock.now() >= duration * 1000) return;
    void call();
    clock.after((-Math.log(1 - arrivals()) * 1000) / rate, arrive);
  };
  let ejections = 0;
  const open = new Set<string>();
  const watch = (): void => {
    for (const { instance, state } of providers.list()) {
      if (state === 'open' && !open.has(instance)) ejections += 1;
      if (state === 'open') open.add(instance);
      else open.delete(instance);
    }
    if (clock.now() < duration * 1000) clock.after(100, watch);
  };
  clock.after(0, arrive);
  clock.after(0, watch);
  meanwhile?.({ providers, clock, store });
  // What is on its way at the end may take its whole deadline.
  await clock.runUntil(duration * 1000 + 30_000);
  await providers[Symbol.asyncDispose]();
  return { calls, requests, ejections };
}

function headersOf(retryAfter: number | undefined): Headers {
  return new Headers(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter / 1000) });
}
