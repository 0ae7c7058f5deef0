import { BackplaneError, didYouMean } from '../errors.ts';
import type { Logger } from '../log/index.ts';
import { Call } from './call.ts';
import type { CapabilityTable } from './capabilities.ts';
import type { Operation } from './capability.ts';
import type { CallOptions, CallResult, CapabilityClient, CapabilityName } from './capability-types.ts';
import { checkOptions } from './check-options.ts';
import { clientOf } from './client.ts';
import { type Clock, type Random, realClock } from './clock.ts';
import type { Reconciliation } from './driver.ts';
import { dryRun } from './dry-run.ts';
import { probeHealth } from './health-probe.ts';
import { type Credentials, InstanceAdministration } from './instance-administration.ts';
import { type InstanceSettings, settingsOf } from './instance-details.ts';
import type { InstanceKeeper } from './instance-keeper.ts';
import { type InstanceRef, placeOf } from './instance-ref.ts';
import type { InstanceSet } from './instance-set.ts';
import { InstanceSets } from './instance-sets.ts';
import type { InstanceStore } from './instance-store.ts';
import type { AttemptJournal, AttemptRow } from './journal.ts';
import { Keyring } from './keyring.ts';
import { describeInstances, type InstanceInfo } from './list.ts';
import { MemoryJournal } from './memory-journal.ts';
import { Pools } from './pools.ts';
import { receiveWebhook } from './receive-webhook.ts';
import { Reconciler, type ReconcilerReport, writeOutcome } from './reconciler.ts';
import type { SharedState } from './shared-state.ts';
import {
  type AttemptCount,
  AttemptCounter,
  type AttemptObserver,
  logAttempts,
  Observers,
} from './telemetry.ts';
import { type InstanceTest, testInstance } from './test-instance.ts';
import type { WebhookAnswer, WebhookRequest } from './webhook.ts';
import type { ProviderWorld } from './world.ts';

export interface ProvidersOptions {
  /** The capabilities and drivers of now. */
  readonly world: () => ProviderWorld;
  readonly stores: readonly InstanceStore[];
  /** Where instances are kept that are changed at run time: one more store. */
  readonly keeper?: InstanceKeeper;
  /** For credentials that are kept. */
  readonly credentials?: Credentials;
  /** In memory if left out. */
  readonly journal?: AttemptJournal;
  /** What other processes know: who rests, and how much of a quota is used up. Only this one counts if left out. */
  readonly shared?: SharedState;
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
  readonly #administration: InstanceAdministration;
  readonly #shared: SharedState | undefined;

  constructor(options: ProvidersOptions) {
    const { world, stores, log, clock = realClock, random = Math.random, fallbacks = false } = options;
    this.#world = world;
    this.#clock = clock;
    this.#journal = options.journal ?? new MemoryJournal();
    const { keeper, credentials = { keyring: new Keyring([]), variable: () => undefined } } = options;
    this.#sets = new InstanceSets({
      stores: keeper ? [...stores, keeper] : stores,
      keeper,
      random,
      log,
      fallbacks,
      onSet: ({ all }) => this.#pools.quotas.heed(all),
    });
    this.#administration = new InstanceAdministration({
      keeper,
      credentials,
      stores: () => this.#sets.stores,
    });
    this.#shared = options.shared;
    const onUnknown = (): void => this.#reconciler.start();
    const common = { clock, random, journal: this.#journal, observers: this.#observers, log, onUnknown };
    this.#pools = new Pools(common, this.#shared);
    this.#observers.add(this.#counter.observe);
    if (log) this.#observers.add(logAttempts(log));
    this.#reconciler = new Reconciler({
      journal: this.#journal,
      clock,
      set: () => this.#now(({ set }) => set),
      operationOf: (row) => this.#operationOf(row),
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
    const { stores } = this.#sets;
    return this.#now(({ set }) => describeInstances(set, stores, this.#pools, this.#clock));
  }

  /**
   * How an instance is written, without its credentials.
   * @returns `undefined`: there is none of that name
   */
  settingsOf(ref: InstanceRef): InstanceSettings | undefined {
    return this.#now(({ set }) => settingsOf(ref, set, this.#sets.stores));
  }

  /**
   * Asks an instance whether it is well, by the health check of its driver: nothing is done for anybody.
   * @throws PROVIDER_INSTANCE_UNKNOWN
   */
  async test(capability: string, instance: string, tenant?: string): Promise<InstanceTest> {
    const world = this.#world();
    try {
      const ref = { capability, instance, tenant };
      return await testInstance(this.#sets.of(world), ref, () => this.list(), this.#clock);
    } finally {
      world.release();
    }
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
   * Keeps an instance in the database, for all processes: adds it, or puts it in place of the one with its name. Texts of
   * credentials are encrypted by SECRETS_KEY; those that are left out stay as they are kept.
   *
   * @param written as in config/providers.ts: `{ name, driver, tenant?, config, secrets, priority, … }`
   * @returns how it is listed now
   * @throws PROVIDER_INSTANCE_INVALID with all faults; PROVIDER_INSTANCE_ELSEWHERE when settings use the name;
   *   SECRETS_KEY_MISSING; PROVIDER_STORE_MISSING; PROVIDER_STORE_FAILED
   */
  async put(capability: string, written: unknown): Promise<InstanceInfo> {
    const ref = await this.#now(({ world }) => this.#administration.put(capability, written, world));
    const place = placeOf(ref);
    const info = this.list().find((one) => placeOf(one) === place);
    if (info === undefined) throw new BackplaneError('PROVIDER_INSTANCE_UNKNOWN', { ...ref, suggestion: '' });
    return info;
  }

  /**
   * Forgets an instance that was kept in the database. Calls that have begun end with it.
   * @throws PROVIDER_INSTANCE_UNKNOWN; PROVIDER_INSTANCE_ELSEWHERE for one of settings, saying where; PROVIDER_STORE_FAILED
   */
  remove(ref: InstanceRef): Promise<void> {
    return this.#now(({ set }) => this.#administration.remove(ref, set));
  }

  /**
   * Asks an instance again that was switched off, or whose credentials were refused: for all processes.
   * @throws PROVIDER_INSTANCE_UNKNOWN; PROVIDER_INSTANCE_ELSEWHERE where settings say `enabled: false`; PROVIDER_STORE_FAILED
   */
  async enable(capability: string, instance: string, tenant?: string): Promise<void> {
    const set = (): InstanceSet => this.#now((now) => now.set);
    await this.#administration.switch({ capability, instance, tenant }, undefined, set);
  }

  /**
   * Asks an instance no more, in all processes and after restarts, until it is enabled.
   *
   * @param reason shown in listings and errors
   * @throws PROVIDER_INSTANCE_UNKNOWN, PROVIDER_STORE_FAILED
   */
  async disable(
    capability: string,
    instance: string,
    tenant?: string,
    reason = 'it was switched off',
  ): Promise<void> {
    const set = (): InstanceSet => this.#now((now) => now.set);
    await this.#administration.switch({ capability, instance, tenant }, reason, set);
  }

  /**
   * Encrypts what is kept anew under the first key of SECRETS_KEY: credentials, and answers in the journal. After it, older
   * keys may be taken away.
   *
   * @returns how many were under an older key
   * @throws SECRETS_KEY_MISSING, SECRET_UNREADABLE, PROVIDER_STORE_MISSING, PROVIDER_STORE_FAILED
   */
  async rekey(): Promise<{ readonly reencrypted: number }> {
    const credentials = await this.#administration.rekey();
    return { reencrypted: credentials + ((await this.#journal.rekey?.()) ?? 0) };
  }

  /** Attempts whose outcome nobody knows and nobody is finding out, oldest first. */
  async unsettled(): Promise<readonly AttemptRow[]> {
    return this.#journal.unsettled();
  }

  /** Asks drivers once what became of every attempt whose outcome is unknown. */
  reconcile(): Promise<ReconcilerReport> {
    return this.#reconciler.round();
  }

  /** Goes on asking in the background, at growing intervals, as long as the outcome of an attempt is unknown. */
  reconcileLater(): void {
    this.#reconciler.start();
  }

  /**
   * Says what became of work whose outcome was unknown: for webhooks.
   *
   * @param which needed where several operations or tenants use the same id; a tenant of `null` is none
   * @throws PROVIDER_ATTEMPT_UNKNOWN; PROVIDER_ATTEMPT_AMBIGUOUS; PROVIDER_OUTCOME_INVALID when the value does not fit
   */
  async settle(
    capability: string,
    operationId: string,
    outcome: Exclude<Reconciliation, { state: 'unknown' }>,
    which: { readonly operation?: string | undefined; readonly tenant?: string | null | undefined } = {},
  ): Promise<void> {
    const rows = (await this.#journal.unsettled()).filter(
      (row) =>
        row.capability === capability &&
        row.operationId === operationId &&
        (which.operation === undefined || row.operation === which.operation) &&
        (which.tenant === undefined || (row.tenant ?? null) === which.tenant),
    );
    const [first] = rows;
    if (first === undefined)
      throw new BackplaneError('PROVIDER_ATTEMPT_UNKNOWN', { capability, operationId });
    // Another's work of the same id is not done because this one is.
    const works = [...new Set(rows.map(workOf))];
    if (works.length > 1)
      throw new BackplaneError('PROVIDER_ATTEMPT_AMBIGUOUS', { capability, operationId, works });
    const fault = outcome.state === 'done' ? this.#operationOf(first)?.outputFault(outcome.value) : undefined;
    if (fault !== undefined) {
      const { operation } = first;
      throw new BackplaneError('PROVIDER_OUTCOME_INVALID', { capability, operation, fault });
    }
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
    await this.#shared?.close();
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
      checkOptions({ capability: name, operation: operationName, tenant }, options);
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

  #operationOf({ capability, operation }: AttemptRow): Operation | undefined {
    return this.#now(({ world }) => world.capabilities.get(capability)?.operations.get(operation));
  }

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

function workOf({ operation, tenant }: AttemptRow): string {
  return tenant === undefined ? `"${operation}"` : `"${operation}" of the tenant "${tenant}"`;
}

function unknownCapability(capability: string, known: CapabilityTable): BackplaneError {
  return new BackplaneError('CAPABILITY_UNKNOWN', {
    capability,
    suggestion: didYouMean(capability, known.keys()),
  });
}
