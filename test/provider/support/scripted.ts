import {
  type Capability,
  type Driver,
  defineDriver,
  type Failure,
  type InstanceDefinition,
  type MemoryInstances,
  type Providers,
  type ProvidersOptions,
  type Reconciliation,
  ResponseError,
  type Secret,
  Type,
} from '../../../kernel/index.ts';
import { seededRandom } from '../../../kernel/testing/seeded-random.ts';
import { VirtualClock } from '../../../kernel/testing/virtual-clock.ts';
import { instancesNamed, sending, setUp } from './world.ts';

/** What an instance answers next: a value, a promise, an error that it throws, or a function that is called for it. */
export type Answer = unknown;

/** A response of a status, thrown as a driver would. */
export function status(code: number, retryAfterSeconds?: number): ResponseError {
  return new ResponseError(
    code,
    new Headers(retryAfterSeconds ? { 'retry-after': String(retryAfterSeconds) } : {}),
  );
}

/** It is never answered. */
export const silence = new Promise<never>(() => {});

export interface ScriptOptions extends Pick<ProvidersOptions, 'journal' | 'log'> {
  readonly capability?: Capability;
  /** Instances by name, each with what it answers, the last for ever. */
  readonly script: Readonly<Record<string, readonly Answer[]>>;
  readonly instances?: (name: string, index: number) => Partial<InstanceDefinition>;
  readonly reconcile?: (key: string) => Reconciliation | Promise<Reconciliation>;
  readonly health?: () => void;
  readonly classify?: (error: unknown) => Failure | undefined;
  readonly deduplicates?: boolean;
  /** Of every instance. */
  readonly secrets?: Readonly<Record<string, Secret>>;
}

export interface Scripted {
  readonly clock: VirtualClock;
  readonly providers: Providers;
  readonly store: MemoryInstances;
  /** The instances that were asked, with the keys, in order. */
  readonly asked: { readonly instance: string; readonly key: string; readonly at: number }[];
  /** Calls `send`, while the clock goes on. */
  readonly send: (
    options?: SendOptions,
  ) => Promise<{ value: unknown; attempts: readonly { instance: string }[]; instance: string }>;
  /** Calls it, and leaves the clock to the test. */
  readonly begin: (options?: SendOptions) => Promise<unknown>;
}

interface SendOptions {
  readonly operationId?: string;
  readonly signal?: AbortSignal;
  readonly deadline?: number;
  readonly affinity?: string;
  readonly instance?: string;
  readonly tenant?: string;
  readonly dryRun?: boolean;
  readonly input?: unknown;
}

/** Instances that answer as the test says, on a virtual clock. */
export function scripted({
  script,
  capability = sending('read'),
  instances,
  reconcile,
  health,
  classify,
  deduplicates,
  secrets = {},
  ...rest
}: ScriptOptions): Scripted {
  const clock = new VirtualClock();
  const asked: { instance: string; key: string; at: number }[] = [];
  const left = new Map(Object.entries(script).map(([name, answers]) => [name, [...answers]]));
  const driver: Driver = defineDriver('fake', {
    capability: 'mail',
    config: Type.Object({ name: Type.String() }),
    secrets: Object.keys(secrets),
    create: ({ name }) => ({
      send(_input: unknown, { key }: { key: string }) {
        asked.push({ instance: name, key, at: clock.now() });
        const answers = left.get(name) ?? [];
        const answer = answers.length > 1 ? answers.shift() : answers[0];
        if (answer instanceof Error) throw answer;
        return typeof answer === 'function' ? answer() : answer;
      },
    }),
    ...(reconcile ? { reconcile: (_client: object, { key }: { key: string }) => reconcile(key) } : {}),
    ...(health ? { health } : {}),
    ...(classify ? { classify } : {}),
    ...(deduplicates === undefined ? {} : { deduplicates }),
  });
  const { providers, store } = setUp({
    capability,
    driver,
    instances: instancesNamed(Object.keys(script), (name, index) => ({
      priority: index,
      ...instances?.(name, index),
    })),
    clock,
    random: seededRandom(1),
    ...rest,
  });
  const begin: Scripted['begin'] = ({ tenant, input = {}, operationId = 'op', ...options } = {}) =>
    providers.for('mail', { tenant }).send?.(input, { operationId, ...options }) ?? silence;
  return {
    clock,
    providers,
    store,
    asked,
    begin,
    send: (options) => clock.until(begin(options)) as ReturnType<Scripted['send']>,
  };
}

/** What a promise rejects with. */
export async function rejectionOf(
  promise: Promise<unknown>,
): Promise<Error & { code?: string; details?: Record<string, unknown> }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('It did not reject');
}
