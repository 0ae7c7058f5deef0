import { AsyncLocalStorage } from 'node:async_hooks';
import { BackplaneError, throwFaults } from '../errors.ts';
import { Catalog } from './catalog.ts';
import { Choice } from './choice.ts';
import type { DesiredState } from './desired.ts';
import type { Root } from './discovery.ts';
import type { Generation } from './generation.ts';
import { Reconciler, type ReconcilerOptions } from './reconciler.ts';
import { type ExtensionStatus, statusOf } from './record.ts';
import { Report } from './report.ts';
import type { Selection } from './selection.ts';
import { describeStandstill } from './state.ts';

export interface HostOptions extends Omit<ReconcilerOptions, 'catalog' | 'choice' | 'report' | 'signal'> {
  readonly kernelVersion: string;
  readonly roots: readonly Root[];
  readonly selection: Selection;
  readonly desired: DesiredState;
}

/**
 * Holds the extensions: loading, reloading, enabling, disabling and removing are one operation, run one at a time.
 */
export class ExtensionHost {
  readonly #desired: DesiredState;
  readonly #catalog: Catalog;
  readonly #choice: Choice;
  readonly #reconciler: Reconciler;
  readonly #closing = new AbortController();
  readonly #log: HostOptions['log'];
  /**
   * Runs work as the boot is run. Whoever asks, extensions are loaded outside of any request: what they start must not
   * belong to the asker's.
   */
  #outside = AsyncLocalStorage.snapshot();
  #queue: Promise<unknown> = Promise.resolve();
  #hasBegun = false;

  constructor(options: HostOptions) {
    const { desired, roots, kernelVersion, selection, log } = options;
    this.#log = log;
    this.#desired = desired;
    this.#catalog = new Catalog(roots, kernelVersion);
    this.#choice = new Choice(selection, desired, this.#catalog);
    this.#reconciler = new Reconciler({
      ...options,
      catalog: this.#catalog,
      choice: this.#choice,
      report: new Report(this.#catalog, log, this.#closing.signal),
      signal: this.#closing.signal,
    });
  }

  /** The generations that serve, dependencies before dependents. */
  get active(): ReadonlyMap<string, Generation> {
    return this.#reconciler.active;
  }

  /**
   * Loads everything selected. What fails is reported and blocks its dependents; the rest goes on.
   *
   * @throws EXTENSION_NOT_FOUND for names in `EXTENSIONS` that nobody has; BOOT_ABORTED when one does not run that says
   *   `"onFailure": "abort"`
   */
  boot(): Promise<void> {
    this.#hasBegun = true;
    this.#outside = AsyncLocalStorage.snapshot();
    return this.#enqueue(async () => {
      for (const duplicate of await this.#catalog.discoverAll()) this.#log.error(duplicate.message);
      throwFaults(this.#choice.unknown().map((name) => this.#catalog.notFound(name)));
      await this.#reconciler.boot();
      throwFaults(
        this.#catalog
          .all()
          .filter(({ active, standstill }) => !active && standstill.status !== 'disabled')
          .filter(({ candidate }) => candidate.manifest?.onFailure === 'abort')
          .map(({ name, standstill }) => {
            const reason = describeStandstill(name, standstill);
            return new BackplaneError('BOOT_ABORTED', { name, reason });
          }),
      );
    });
  }

  /**
   * Looks at folders that changed and brings what runs into line with them. Failures are reported per extension. Does
   * nothing before {@link boot}, which looks at all of them.
   */
  async sync(names: Iterable<string>): Promise<void> {
    if (!this.#hasBegun) return;
    await this.#enqueue(() => this.#reconciler.reconcile({ names }));
  }

  /**
   * @returns the status once it serves
   * @throws EXTENSION_NOT_FOUND, EXTENSION_NOT_SELECTED, EXTENSION_BLOCKED, EXTENSION_FAILED; it is as it was then
   */
  enable(name: string): Promise<ExtensionStatus> {
    return this.#enqueue(async () => {
      this.#catalog.known(name);
      if (!this.#choice.allows(name)) throw new BackplaneError('EXTENSION_NOT_SELECTED', { name });
      const wasDisabled = this.#desired.isDisabled(name);
      this.#desired.set(name, 'enabled');
      await this.#reconciler.reconcile({ names: [name], force: this.active.has(name) ? [] : [name] });
      if (wasDisabled && !this.active.has(name)) this.#desired.set(name, 'disabled');
      this.#desired.save(name);
      return this.#outcome(name);
    });
  }

  /**
   * @param name what to take out; it is remembered as disabled
   * @param options `cascade`: also take down what depends on it
   * @throws EXTENSION_NOT_FOUND; EXTENSION_HAS_DEPENDENTS without `cascade`
   */
  disable(name: string, { cascade = false } = {}): Promise<ExtensionStatus> {
    return this.#enqueue(async () => {
      const record = this.#catalog.known(name);
      const dependents = [...this.active.values()]
        .filter(({ manifest }) => name in (manifest.dependencies ?? {}))
        .map((generation) => generation.name);
      if (dependents.length > 0 && !cascade) {
        throw new BackplaneError('EXTENSION_HAS_DEPENDENTS', { name, dependents });
      }
      this.#desired.set(name, 'disabled');
      await this.#reconciler.reconcile({});
      this.#desired.save(name);
      return statusOf(record);
    });
  }

  /**
   * Gives an extension and its dependents new generations even if nothing changed.
   *
   * @throws EXTENSION_NOT_FOUND, EXTENSION_DISABLED, EXTENSION_NOT_SELECTED, EXTENSION_BLOCKED, EXTENSION_FAILED; what served goes on serving then
   */
  reload(name: string): Promise<ExtensionStatus> {
    return this.#enqueue(async () => {
      this.#catalog.known(name).lastFailure = undefined;
      await this.#reconciler.reconcile({ names: [name], force: [name] });
      return this.#outcome(name);
    });
  }

  list(): readonly ExtensionStatus[] {
    return this.#catalog.all().map(statusOf);
  }

  /** @throws EXTENSION_NOT_FOUND with the nearest name */
  status(name: string): ExtensionStatus {
    return statusOf(this.#catalog.known(name));
  }

  /** Asks every serving extension for its health. @returns what failed, by name */
  async checkHealth(): Promise<ReadonlyMap<string, Error>> {
    const failed = new Map<string, Error>();
    await Promise.all(
      [...this.active.values()].map(async (generation) => {
        try {
          await generation.checkHealth();
        } catch (error) {
          failed.set(generation.name, error instanceof Error ? error : new Error(String(error)));
        }
      }),
    );
    return failed;
  }

  /** Waits until no transaction runs, nothing drains, and whoever was told of arrivals is done with them. */
  async idle(): Promise<void> {
    await this.#queue;
    await this.#reconciler.idle();
  }

  /** Gives up the transaction that runs and begins no other. What serves goes on serving. */
  freeze(): void {
    this.#closing.abort(new BackplaneError('KERNEL_STOPPING', {}));
  }

  /** Disposes of everything. No request may be in flight any more. */
  async close(): Promise<void> {
    this.freeze();
    await this.#queue;
    await this.#reconciler.close();
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(() => {
      this.#closing.signal.throwIfAborted();
      return this.#outside(work);
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /** What came of the attempt to make one extension serve. */
  #outcome(name: string): ExtensionStatus {
    const record = this.#catalog.known(name);
    const { active, standstill, lastFailure } = record;
    if (lastFailure) {
      const { phase, error } = lastFailure;
      const details = { name, phase, reason: error.message, serving: active !== undefined };
      throw new BackplaneError('EXTENSION_FAILED', details, { cause: error });
    }
    if (active) return statusOf(record);
    if (!this.#choice.allows(name)) throw new BackplaneError('EXTENSION_NOT_SELECTED', { name });
    const code = standstill.status === 'disabled' ? 'EXTENSION_DISABLED' : 'EXTENSION_BLOCKED';
    throw new BackplaneError(code, { name, reason: describeStandstill(name, standstill) });
  }
}
