import { BackplaneError, didYouMean } from '../errors.ts';
import type { Logger } from '../log/index.ts';
import { Call } from './call.ts';
import type { CapabilityTable } from './capabilities.ts';
import type { CallOptions, CallResult, CapabilityClient, CapabilityName } from './capability-types.ts';
import { clientOf } from './client.ts';
import { type Clock, type Random, realClock } from './clock.ts';
import type { Reconciliation } from './driver.ts';
import { dryRun } from './dry-run.ts';
import { probeHealth } from './health-probe.ts';
import { unknownInstance } from './instance-set.ts';
import { InstanceSets } from './instance-sets.ts';
import type { InstanceStore } from './instance-store.ts';
import type { AttemptJournal } from './journal.ts';
import { describeInstances, type InstanceInfo } from './list.ts';
import { MemoryJournal } from './memory-journal.ts';
import { Pools } from './pools.ts';
import { receiveWebhook } from './receive-webhook.ts';
import { Reconciler, type ReconcilerReport, writeOutcome } from './reconciler.ts';
import {
  type AttemptCount,
  AttemptCounter,
  type AttemptObserver,
  logAttempts,
  Observers,
} from './telemetry.ts';
import type { WebhookAnswer, WebhookRequest } from './webhook.ts';
import type { ProviderWorld } from './world.ts';

export interface ProvidersOptions {
  /** The capabilities and drivers of now. */
  readonly world: () => ProviderWorld;
  readonly stores: readonly InstanceStore[];
  /** In memory if left out. */
  readonly journal?: AttemptJournal;
  readonly log?: Logger;
  /** Does the `fallback` of a capability answer while it has no instances? Not if left out. */
  readonly fallbacks?: boolean;
  readonly clock?: Clock;
  readonly random?: Random;
}

/** Asks whoever can do it: the service `providers`. */
export class Providers implements AsyncDisposable {
  readonly #world: () => ProviderWorld;
  readonly #sets: InstanceSets;
  readonly #clock: Clock;
  readonly #journal: AttemptJournal;
  readonly #observers = new Observers();
  readonly #counter = new AttemptCounter();
  readonly #pools: Pools;
  readonly #reconciler: Reconciler;

  constructor(options: ProvidersOptions) {
    const { world, stores, log, clock = realClock, random = Math.random, fallbacks = false } = options;
    this.#world = world;
    this.#clock = clock;
    this.#journal = options.journal ?? new MemoryJournal();
    this.#sets = new InstanceSets({ stores, random, log, fallbacks });
    this.#pools = new Pools({
      clock,
      random,
      journal: this.#journal,
      observers: this.#observers,
      log,
      onUnknown: () => this.#reconciler.start(),
    });
    this.#observers.add(this.#counter.observe);
    if (log) this.#observers.add(logAttempts(log));
    this.#reconciler = new Reconciler({
      journal: this.#journal,
      clock,
      set: () => this.#now(({ set }) => set),
      onError: (error, { capability, operation, operationId }) =>
        log?.error(
          { err: error, capability, operation, operationId },
          'A driver could not say what became of an attempt',
        ),
    });
  }

  /**
   * The operations of a capability. What is returned may be kept: it follows every reload.
   *
   * @param name `payment`
   * @param options `tenant`: for whom
   * @throws CAPABILITY_UNKNOWN
   *
   * @example
   * const { value, attempts } = await providers.for('payment', { tenant }).charge(input, { operationId: order.id });
   */
  for<Name extends CapabilityName | (string & {})>(
    name: Name,
    { tenant }: { readonly tenant?: string | undefined } = {},
  ): CapabilityClient<Name> {
    return this.#now(({ world }) => {
      const capability = world.capabilities.get(name);
      if (capability === undefined) throw unknownCapability(name, world.capabilities);
      // Its methods are those of the capability that `Name` stands for.
      return clientOf(capability, tenant, this.#call) as CapabilityClient<Name>;
    });
  }

  /** Every instance with its state: never with its credentials. */
  list(): readonly InstanceInfo[] {
    return this.#now(({ set }) => describeInstances(set, this.#pools.cooling, this.#clock.now()));
  }

  /** Takes the instances of another store too (a database), until what is returned is disposed. */
  addStore(store: InstanceStore): Disposable {
    return this.#sets.add(store);
  }

  /** How long attempts are remembered: `memory` means until this process ends. */
  get journalKept(): AttemptJournal['kept'] {
    return this.#journal.kept;
  }

  /** How many attempts there have been. */
  counts(): readonly AttemptCount[] {
    return this.#counter.all;
  }

  /** Is told of every attempt from now on, until what is returned is disposed. */
  observe(observer: AttemptObserver): Disposable {
    return this.#observers.add(observer);
  }

  /**
   * Asks an instance again whose credentials were refused.
   * @throws PROVIDER_INSTANCE_UNKNOWN
   */
  enable(capability: string, instance: string, tenant?: string): void {
    this.#now(({ set }) => {
      const found = set.find(capability, instance, tenant);
      if (found === undefined) {
        const all = set.all.filter(({ definition }) => definition.capability === capability);
        throw unknownInstance(capability, instance, all);
      }
      found.state.disabled = undefined;
    });
  }

  /** Asks drivers once what became of every attempt whose outcome is unknown. */
  reconcile(): Promise<ReconcilerReport> {
    return this.#reconciler.round();
  }

  /**
   * Says what became of work whose outcome was unknown: for webhooks.
   * @throws PROVIDER_ATTEMPT_UNKNOWN
   */
  async settle(
    capability: string,
    operationId: string,
    outcome: Exclude<Reconciliation, { state: 'unknown' }>,
  ): Promise<void> {
    const rows = (await this.#journal.unsettled()).filter(
      (row) => row.capability === capability && row.operationId === operationId,
    );
    if (rows.length === 0) throw new BackplaneError('PROVIDER_ATTEMPT_UNKNOWN', { capability, operationId });
    for (const row of rows) await writeOutcome(this.#journal, row, outcome, this.#clock);
  }

  /**
   * Has an instance verify what its API has sent: for the route that the API sends it to.
   *
   * @returns `undefined` where there is no such instance
   * @throws what its driver throws
   */
  async webhook(
    capability: string,
    instance: string,
    request: WebhookRequest,
    tenant?: string,
  ): Promise<WebhookAnswer | undefined> {
    const world = this.#world();
    try {
      return await receiveWebhook(this.#sets.of(world), { capability, instance, tenant }, request);
    } finally {
      world.release();
    }
  }

  /** Ends what runs in the background, and releases all clients. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reconciler.close();
    this.#sets.close();
  }

  readonly #call = async (
    name: string,
    tenant: string | undefined,
    operationName: string,
    given: unknown,
    options: CallOptions,
  ): Promise<CallResult<unknown>> => {
    const world = this.#world();
    try {
      const capability = world.capabilities.get(name);
      const operation = capability?.operations.get(operationName);
      if (capability === undefined || operation === undefined)
        throw unknownCapability(name, world.capabilities);
      const input = operation.checkInput(given, name);
      if (operation.safety === 'keyed' && !options.operationId) {
        throw new BackplaneError('PROVIDER_OPERATION_ID_MISSING', {
          capability: name,
          operation: operationName,
        });
      }
      const set = this.#sets.of(world);
      const pool = this.#pools.of(name);
      const request = { pool, set, capability, operation, tenant, input, options };
      if (options.dryRun) return dryRun(request);
      if (operation.safety === 'atMostOnce') probeHealth(set.candidates(capability, tenant), this.#clock);
      return await new Call(request).run();
    } finally {
      world.release();
    }
  };

  #now<Value>(
    use: (now: { readonly world: ProviderWorld; readonly set: ReturnType<InstanceSets['of']> }) => Value,
  ): Value {
    const world = this.#world();
    try {
      return use({ world, set: this.#sets.of(world) });
    } finally {
      world.release();
    }
  }
}

function unknownCapability(capability: string, known: CapabilityTable): BackplaneError {
  return new BackplaneError('CAPABILITY_UNKNOWN', {
    capability,
    suggestion: didYouMean(capability, known.keys()),
  });
}
