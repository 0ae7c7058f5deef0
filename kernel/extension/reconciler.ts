import type { Sources } from '../settings/index.ts';
import type { Snapshot } from '../snapshot/index.ts';
import type { Catalog } from './catalog.ts';
import type { Choice } from './choice.ts';
import { Drainer } from './drain.ts';
import type { Generation, ServingOwner } from './generation.ts';
import { withDependents } from './graph.ts';
import { loadablesOf } from './loadables.ts';
import { createSatisfies } from './manifest.ts';
import { noteOutcome, notePlan } from './note-outcome.ts';
import { makePlan, type Plan, type Planned, separate } from './plan.ts';
import type { Report } from './report.ts';
import { type StageContext, stage } from './stage.ts';
import { Staging } from './staging.ts';
import { hasStaleSettings } from './stale.ts';
import { commit, declaredByKernel, type KernelPart, type TransactionInput } from './transaction.ts';
import { plannedOf, wantedOf } from './wanted.ts';

export interface ReconcilerOptions
  extends Omit<StageContext, 'kept' | 'ownerOf' | 'serving' | 'sources' | 'kernelRegistries'> {
  readonly kernel: KernelPart;
  readonly catalog: Catalog;
  readonly choice: Choice;
  readonly report: Report;
  /** Read anew by every transaction, so that a setting added to `.env` unblocks an extension without a restart. */
  readonly sources: () => Promise<Sources>;
  readonly publish: (snapshot: Snapshot<ServingOwner>) => void;
  /** Told of the extensions that arrived with a snapshot, once it is published. Nobody waits for it but {@link Reconciler.idle}. */
  readonly onArrival: (snapshot: Snapshot<ServingOwner>, arrived: readonly Generation[]) => Promise<void>;
  readonly prepare: TransactionInput['prepare'];
  /** Milliseconds that requests of a replaced generation may still take. */
  readonly drainTimeout: number;
  readonly onDrainDeadline: (generation: Generation) => void;
}

export interface Change {
  /** Names of folders to look at again. */
  readonly names?: Iterable<string>;
  /** Names to load anew even if nothing changed. */
  readonly force?: readonly string[];
}

/** Brings what runs into line with what shall run. Calls must not overlap. */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #drainer: Drainer;
  readonly #satisfies = createSatisfies();
  #active: ReadonlyMap<string, Generation> = new Map();
  #snapshot: Snapshot<ServingOwner> | undefined;
  /** Fingerprint of the settings that were read last. */
  #sources = '';
  #told: Promise<void> = Promise.resolve();
  /** What the transaction that is running has made so far. */
  #staging: Staging | undefined;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
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

  /** Loads everything at once: nothing serves yet, so each failure is its extension's own. */
  async boot(): Promise<void> {
    const sources = await this.#options.sources();
    this.#sources = sources.fingerprint;
    const plan = this.#plan(wantedOf(this.#options, new Set(), sources), []);
    notePlan(plan, this.#options, sources.fingerprint);
    await this.#apply(plan.load, plan, new Set(), sources);
  }

  /** One transaction for each part of the change that does not touch the others. Failures are noted on the records. */
  async reconcile({ names = [], force = [] }: Change): Promise<void> {
    const { catalog, report } = this.#options;
    const refreshed = await catalog.refresh(names);
    for (const name of refreshed) report.edited(catalog.get(name));
    const sources = await this.#options.sources();
    const forced = [...force, ...this.#stale(sources)];
    const wanted = wantedOf(this.#options, new Set([...refreshed, ...forced]), sources);
    const plan = this.#plan(wanted, forced);
    notePlan(plan, this.#options, sources.fingerprint);

    const nodes = wanted.map(({ node }) => node);
    const parts = separate(plan.load, nodes);
    const shaken = withDependents(nodes, plan.drop);
    const withDropped = parts.filter((part) => [...part].some((name) => shaken.has(name)));
    if (plan.drop.size > 0) {
      await this.#apply(new Set(withDropped.flatMap((part) => [...part])), plan, plan.drop, sources);
    }
    for (const part of parts) {
      if (!withDropped.includes(part)) await this.#apply(part, plan, new Set(), sources);
    }
    catalog.prune();
  }

  /** Waits until nothing drains, and whoever was told of arrivals is done with them. */
  async idle(): Promise<void> {
    await this.#drainer.idle();
    await this.#told;
  }

  /** Disposes of everything, dependents first. No request may be in flight any more. */
  async close(): Promise<void> {
    await this.#drainer.finish();
    for (const generation of [...this.#active.values()].toReversed()) {
      generation.advance('draining');
      await this.#dispose(generation);
    }
    this.#active = new Map();
  }

  /** Names of what serves with other settings than the sources, if they changed, give it now. */
  #stale(sources: Sources): readonly string[] {
    if (sources.fingerprint === this.#sources) return [];
    this.#sources = sources.fingerprint;
    const stale = [...this.#active.values()].filter((generation) => hasStaleSettings(generation, sources));
    return stale.map(({ name }) => name);
  }

  #plan(wanted: readonly Planned[], force: readonly string[]): Plan {
    const active = new Map([...this.#active].map(([name, generation]) => [name, plannedOf(generation)]));
    return makePlan({ wanted, active, force: new Set(force), satisfies: this.#satisfies });
  }

  /** Takes one part of the plan from loading to publication, and notes what became of each extension. */
  async #apply(
    part: ReadonlySet<string>,
    plan: Plan,
    drop: ReadonlySet<string>,
    sources: Sources,
  ): Promise<void> {
    const { kernel, catalog, report, prepare, publish, log } = this.#options;
    const started = performance.now();
    const loadables = loadablesOf(part, plan, catalog);
    const kept = new Map([...this.#active].filter(([name]) => !part.has(name) && !drop.has(name)));
    const manifests = new Map([...loadables].map(([name, { manifest }]) => [name, manifest]));
    const staging = new Staging(manifests, kept);
    this.#staging = staging;
    await stage(loadables, staging, {
      ...this.#options,
      sources,
      kept,
      ownerOf: this.#ownerOf,
      serving: new Set(this.#active.keys()),
      kernelRegistries: declaredByKernel(kernel),
    });
    const previous = this.#snapshot;
    const published = await commit({
      staging,
      drop,
      kernel,
      previous,
      prepare,
      order: plan.order,
      active: this.#active,
      publish: (snapshot) => {
        this.#snapshot = snapshot;
        publish(snapshot);
      },
    }).finally(() => staging.arrival.end());
    this.#staging = undefined;
    const names = [...part].join(', ') || 'nothing';
    const without = drop.size === 0 ? '' : `, without ${[...drop].join(', ')}`;
    log.debug(
      `Transaction: ${names}${without}; ${published ? '' : 'not '}published after ${(performance.now() - started).toFixed(1)} ms`,
    );
    if (published) {
      this.#active = published.active;
      for (const record of catalog.all()) record.active = published.active.get(record.name);
    }
    noteOutcome({ staging, published, drop, catalog, report, fingerprint: sources.fingerprint });
    if (!published) return;

    const told = this.#options.onArrival(published.snapshot, [...staging.generations.values()]);
    this.#told = this.#told.then(() => told);
    if (previous) this.#drainer.drain(previous, published.replaced);
  }

  readonly #ownerOf = (service: string): string | undefined => {
    const generations = [...(this.#staging?.generations.values() ?? []), ...this.#active.values()];
    return generations.find(({ container }) => container.names().some(({ name }) => name === service))?.name;
  };

  async #dispose(generation: Generation): Promise<void> {
    const { catalog, report } = this.#options;
    const errors = await generation.dispose();
    catalog.get(generation.name)?.draining.delete(generation);
    report.disposed(generation, errors);
    catalog.prune();
  }
}
