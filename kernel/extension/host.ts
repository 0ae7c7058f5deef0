import { closest } from 'fastest-levenshtein';
import { BackplaneError, throwFaults } from '../errors.ts';
import type { Sources } from '../settings/index.ts';
import type { Snapshot } from '../snapshot/index.ts';
import { Catalog } from './catalog.ts';
import type { DesiredState } from './desired.ts';
import type { Root } from './discovery.ts';
import { Drainer } from './drain.ts';
import type { Generation, ServingOwner } from './generation.ts';
import { withDependents } from './graph.ts';
import { createSatisfies, declaredNames, type Manifest, toGraphNode } from './manifest.ts';
import { makePlan, type Plan, type Planned, separate } from './plan.ts';
import { type ExtensionRecord, type ExtensionStatus, stand, statusOf } from './record.ts';
import { applySelection, type Selection } from './selection.ts';
import { type Loadable, type StageContext, stage } from './stage.ts';
import { type Cause, describeStandstill } from './state.ts';
import { commit, type KernelPart, type TransactionInput } from './transaction.ts';

export interface HostOptions extends Omit<StageContext, 'kept' | 'sources' | 'signal' | 'kernelRegistries'> {
  readonly kernel: KernelPart;
  readonly kernelVersion: string;
  readonly roots: readonly Root[];
  readonly selection: Selection;
  readonly desired: DesiredState;
  /** Read anew by every transaction, so that a setting added to `.env` unblocks an extension without a restart. */
  readonly sources: () => Promise<Sources>;
  readonly publish: (snapshot: Snapshot<ServingOwner>) => void;
  readonly prepare: TransactionInput['prepare'];
  /** Milliseconds that requests of a replaced generation may still take. */
  readonly drainTimeout: number;
  readonly onDrainDeadline: (generation: Generation) => void;
}

interface Transaction {
  /** Names to look at again. */
  readonly names: Iterable<string>;
  /** Names to load anew even if nothing changed. */
  readonly force?: readonly string[];
}

/**
 * Holds the extensions: loading, reloading, enabling, disabling and removing are one operation, run one at a time.
 */
export class ExtensionHost {
  readonly #options: HostOptions;
  readonly #catalog: Catalog;
  readonly #drainer: Drainer;
  readonly #closing = new AbortController();
  readonly #satisfies = createSatisfies();
  #active: ReadonlyMap<string, Generation> = new Map();
  #snapshot: Snapshot<ServingOwner> | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: HostOptions) {
    this.#options = options;
    this.#catalog = new Catalog(options.roots, options.kernelVersion);
    this.#drainer = new Drainer({
      deadline: options.drainTimeout,
      onDeadline: options.onDrainDeadline,
      dispose: (generation) => this.#dispose(generation),
    });
  }

  /** The generations that serve, dependencies before dependents. */
  get active(): ReadonlyMap<string, Generation> {
    return this.#active;
  }

  /**
   * Loads everything selected. What fails is reported and blocks its dependents; the rest goes on.
   * @throws EXTENSION_NOT_FOUND for names in `EXTENSIONS` that nobody has; BOOT_ABORTED when one fails that says `"onFailure": "abort"`
   */
  boot(): Promise<void> {
    return this.#enqueue(async () => {
      for (const duplicate of await this.#catalog.discoverAll()) this.#options.log.error(duplicate.message);
      throwFaults([...this.#select().unknown].map(([name, nearest]) => unknownExtension(name, nearest)));
      await this.#transact({ names: [] }, 'boot');
      const aborting = this.#catalog
        .all()
        .filter(
          ({ active, candidate, standstill }) =>
            !active && standstill.status !== 'disabled' && candidate.manifest?.onFailure === 'abort',
        )
        .map(
          ({ name, standstill }) =>
            new BackplaneError('BOOT_ABORTED', { name, reason: describeStandstill(name, standstill) }),
        );
      throwFaults(aborting);
    });
  }

  /** Looks at folders that changed and brings what runs into line with them. Never throws: failures are reported per extension. */
  sync(names: Iterable<string>): Promise<void> {
    return this.#enqueue(() => this.#transact({ names }, 'hot'));
  }

  /**
   * @returns the status once it serves
   * @throws EXTENSION_NOT_FOUND, EXTENSION_NOT_SELECTED, EXTENSION_BLOCKED, EXTENSION_FAILED
   */
  enable(name: string): Promise<ExtensionStatus> {
    return this.#enqueue(async () => {
      this.#known(name);
      if (!applySelection(this.#options.selection, this.#selectables()).wanted.has(name)) {
        throw new BackplaneError('EXTENSION_NOT_SELECTED', { name });
      }
      const wasDisabled = this.#options.desired.isDisabled(name);
      this.#options.desired.set(name, 'enabled');
      await this.#transact({ names: [name], force: this.#active.has(name) ? [] : [name] }, 'hot');
      if (!this.#active.has(name) && wasDisabled) this.#options.desired.set(name, 'disabled');
      this.#options.desired.save();
      return this.#outcome(name);
    });
  }

  /**
   * @param cascade also take down what depends on it
   * @throws EXTENSION_NOT_FOUND; EXTENSION_HAS_DEPENDENTS without `cascade`
   */
  disable(name: string, { cascade = false } = {}): Promise<ExtensionStatus> {
    return this.#enqueue(async () => {
      const record = this.#known(name);
      const dependents = [...this.#active.values()]
        .filter(({ manifest }) => name in (manifest.dependencies ?? {}))
        .map((generation) => generation.name);
      if (dependents.length > 0 && !cascade)
        throw new BackplaneError('EXTENSION_HAS_DEPENDENTS', { name, dependents });
      this.#options.desired.set(name, 'disabled');
      await this.#transact({ names: [] }, 'hot');
      this.#options.desired.save();
      return statusOf(record);
    });
  }

  /**
   * Gives an extension and its dependents new generations even if nothing changed.
   * @throws EXTENSION_NOT_FOUND, EXTENSION_NOT_SELECTED, EXTENSION_BLOCKED, EXTENSION_FAILED; what served goes on serving then
   */
  reload(name: string): Promise<ExtensionStatus> {
    return this.#enqueue(async () => {
      const record = this.#known(name);
      record.lastFailure = undefined;
      await this.#transact({ names: [name], force: [name] }, 'hot');
      return this.#outcome(name);
    });
  }

  list(): readonly ExtensionStatus[] {
    return this.#catalog.all().map(statusOf);
  }

  /** @throws EXTENSION_NOT_FOUND with the nearest name */
  status(name: string): ExtensionStatus {
    return statusOf(this.#known(name));
  }

  /** Asks every serving extension for its health. @returns what failed, by name */
  async checkHealth(): Promise<ReadonlyMap<string, Error>> {
    const failed = new Map<string, Error>();
    await Promise.all(
      [...this.#active.values()].map(async (generation) => {
        try {
          await generation.checkHealth();
        } catch (error) {
          failed.set(generation.name, error instanceof Error ? error : new Error(String(error)));
        }
      }),
    );
    return failed;
  }

  /** Waits until no transaction runs and nothing drains. */
  async idle(): Promise<void> {
    await this.#queue;
    await this.#drainer.idle();
  }

  /** Ends the transaction that runs, then disposes of everything, dependents first. No request may be in flight any more. */
  async close(): Promise<void> {
    this.#closing.abort(new BackplaneError('KERNEL_STOPPING', {}));
    await this.#queue;
    await this.#drainer.finish();
    for (const generation of [...this.#active.values()].toReversed()) {
      generation.advance('draining');
      await this.#dispose(generation);
    }
    this.#active = new Map();
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(() => {
      this.#closing.signal.throwIfAborted();
      return work();
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #transact({ names, force = [] }: Transaction, mode: 'boot' | 'hot'): Promise<void> {
    const changed = new Set([...(await this.#catalog.refresh(names)), ...force]);
    const sources = await this.#options.sources();
    const wanted = this.#wanted(changed, sources);
    const plan = makePlan({
      wanted,
      active: this.#planned(),
      force: new Set(force),
      satisfies: this.#satisfies,
    });
    this.#report(plan, sources);

    const nodes = wanted.map(({ node }) => node);
    const parts = mode === 'boot' ? [plan.load] : separate(plan.load, nodes);
    const fallen = withDependents(nodes, plan.drop);
    const withDropped = parts.filter((part) => [...part].some((name) => fallen.has(name)));
    if (plan.drop.size > 0 || mode === 'boot' || this.#snapshot === undefined) {
      const first = mode === 'boot' ? plan.load : new Set(withDropped.flatMap((part) => [...part]));
      await this.#apply(first, plan, plan.drop, sources);
    }
    if (mode === 'hot') {
      for (const part of parts)
        if (!withDropped.includes(part)) await this.#apply(part, plan, new Set(), sources);
    }
    this.#catalog.prune();
  }

  /** What shall run and is not known to fail: a failed attempt is not repeated before something of it changes. */
  #wanted(changed: ReadonlySet<string>, sources: Sources): readonly Planned[] {
    const { wanted } = this.#select();
    return this.#catalog.all().flatMap((record): Planned[] => {
      const { name, active, gone, tried, candidate, hash } = record;
      const serving = active && { node: toGraphNode(active.manifest), hash: active.hash };
      if (gone || !wanted.has(name)) {
        stand(record, { status: 'disabled', reason: gone ? 'its folder is gone' : this.#whyNotWanted(name) });
        return [];
      }
      if (!candidate.manifest) {
        const failure = { phase: 'manifest', error: candidate.fault, at: new Date() } as const;
        if (record.lastFailure?.error !== candidate.fault) this.#fail(record, failure, sources);
        return serving ? [serving] : [];
      }
      const again =
        changed.has(name) || declaredNames(candidate.manifest).some((dependency) => changed.has(dependency));
      if (!again && tried?.hash === hash && tried.sources === sources.fingerprint)
        return serving ? [serving] : [];
      return [{ node: toGraphNode(candidate.manifest), hash }];
    });
  }

  /** Takes one part of the plan from loading to publication, and notes what became of each extension. */
  async #apply(
    part: ReadonlySet<string>,
    plan: Plan,
    drop: ReadonlySet<string>,
    sources: Sources,
  ): Promise<void> {
    const loadables = new Map(
      plan.order.filter((name) => part.has(name)).flatMap((name) => this.#loadable(name, plan)),
    );
    const kept = new Map([...this.#active].filter(([name]) => !part.has(name) && !drop.has(name)));
    const staging = await stage(loadables, {
      ...this.#options,
      sources,
      kept,
      kernelRegistries: this.#options.kernel.registries,
      signal: this.#closing.signal,
    });
    const previous = this.#snapshot;
    const published = await commit({
      staging,
      order: plan.order,
      active: this.#active,
      drop,
      kernel: this.#options.kernel,
      previous,
      prepare: this.#options.prepare,
      publish: (snapshot) => {
        this.#snapshot = snapshot;
        this.#options.publish(snapshot);
      },
    });
    for (const [name, failure] of staging.failures) this.#fail(this.#known(name), failure, sources);
    for (const [name, causes] of staging.blocked) {
      this.#block(this.#known(name), causes);
      if (causes.some(({ kind }) => kind === 'settings')) this.#remember(this.#known(name), sources);
    }
    if (!published) return;

    this.#active = published.active;
    for (const { name, generation } of staging.generations.values()) {
      this.#known(name).lastFailure = undefined;
      this.#known(name).tried = undefined;
      this.#options.log.child({ extension: name }).info(`${name} is active (generation ${generation})`);
    }
    for (const generation of published.replaced) this.#known(generation.name).draining.add(generation);
    for (const record of this.#catalog.all()) record.active = published.active.get(record.name);
    if (previous) this.#drainer.drain(previous, published.replaced);
  }

  #loadable(name: string, plan: Plan): [string, Loadable][] {
    const record = this.#known(name);
    const { candidate, active, hash } = record;
    // A refused edit still gets a new generation when a dependency has one: from what is on disk nothing else can be built.
    const manifest: Manifest | undefined = plan.refused.has(name)
      ? active?.manifest
      : (candidate.manifest ?? active?.manifest);
    if (!manifest) return [];
    record.loads += 1;
    return [[name, { manifest, folder: candidate.folder, hash, number: record.loads }]];
  }

  async #dispose(generation: Generation): Promise<void> {
    const record = this.#catalog.get(generation.name);
    const errors = await generation.dispose();
    record?.draining.delete(generation);
    if (record) record.unloadErrors = errors;
    for (const error of errors) {
      generation.log.error(
        { err: error },
        `${generation.name}, generation ${generation.generation}: ${error.message}`,
      );
    }
    this.#catalog.prune();
  }

  #report(plan: Plan, sources: Sources): void {
    for (const [name, causes] of plan.blocked) this.#block(this.#known(name), causes);
    for (const [name, causes] of plan.refused) {
      const reason = describeStandstill(name, { status: 'blocked', causes: this.#explain(causes) });
      const error = new BackplaneError('EXTENSION_BLOCKED', { name, reason });
      this.#fail(this.#known(name), { phase: 'graph', error, at: new Date() }, sources);
    }
  }

  #fail(
    record: ExtensionRecord,
    failure: NonNullable<ExtensionRecord['lastFailure']>,
    sources: Sources,
  ): void {
    record.lastFailure = failure;
    this.#remember(record, sources);
    stand(record, { status: 'failed', failure });
    const serving = record.active ? `; generation ${record.active.generation} goes on serving` : '';
    this.#options.log
      .child({ extension: record.name })
      .error(
        { err: failure.error, phase: failure.phase },
        `${record.name} failed (${failure.phase})${serving}: ${failure.error.message}`,
      );
  }

  #block(record: ExtensionRecord, causes: readonly Cause[]): void {
    const before = describeStandstill(record.name, record.standstill);
    stand(record, { status: 'blocked', causes: this.#explain(causes) });
    const now = describeStandstill(record.name, record.standstill);
    if (now !== before)
      this.#options.log.child({ extension: record.name }).warn(`${record.name} is blocked: ${now}`);
  }

  #remember(record: ExtensionRecord, sources: Sources): void {
    record.tried = { hash: record.hash, sources: sources.fingerprint };
  }

  /** A dependency that is not in the graph may still be known: then it is said why it does not run. */
  #explain(causes: readonly Cause[]): readonly Cause[] {
    return causes.map((cause) => {
      if (cause.kind !== 'missing') return cause;
      const record = this.#catalog.get(cause.dependency);
      if (!record) return cause;
      const because = `is ${record.standstill.status} (${describeStandstill(record.name, record.standstill)})`;
      return { kind: 'unavailable', dependency: cause.dependency, because };
    });
  }

  #outcome(name: string): ExtensionStatus {
    const record = this.#known(name);
    if (record.active && !record.lastFailure) return statusOf(record);
    const { standstill, lastFailure } = record;
    if (lastFailure) {
      const { phase, error } = lastFailure;
      throw new BackplaneError(
        'EXTENSION_FAILED',
        { name, phase, reason: error.message, serving: record.active !== undefined },
        { cause: error },
      );
    }
    throw new BackplaneError('EXTENSION_BLOCKED', { name, reason: describeStandstill(name, standstill) });
  }

  #known(name: string): ExtensionRecord {
    const record = this.#catalog.get(name);
    if (record) return record;
    const names = this.#catalog.all().map((one) => one.name);
    throw unknownExtension(name, names.length > 0 ? closest(name, names) : undefined);
  }

  #planned(): ReadonlyMap<string, Planned> {
    return new Map(
      [...this.#active].map(([name, { manifest, hash }]) => [name, { node: toGraphNode(manifest), hash }]),
    );
  }

  #selectables(): { name: string; dependencies: readonly string[] }[] {
    return this.#catalog.all().map(({ name, candidate, active }) => ({
      name,
      dependencies: Object.keys((candidate.manifest ?? active?.manifest)?.dependencies ?? {}),
    }));
  }

  #select(): { wanted: ReadonlySet<string>; unknown: ReadonlyMap<string, string | undefined> } {
    const { wanted, unknown } = applySelection(this.#options.selection, this.#selectables());
    return {
      wanted: new Set([...wanted].filter((name) => !this.#options.desired.isDisabled(name))),
      unknown,
    };
  }

  #whyNotWanted(name: string): string {
    return this.#options.desired.isDisabled(name) ? 'switched off at run time' : 'left out by EXTENSIONS';
  }
}

function unknownExtension(name: string, nearest: string | undefined): BackplaneError<'EXTENSION_NOT_FOUND'> {
  return new BackplaneError('EXTENSION_NOT_FOUND', { name, nearest });
}
