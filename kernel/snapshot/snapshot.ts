import { BackplaneError } from '../errors.ts';
import type { Contribution, Owner } from './contribution.ts';
import type { AnyRegistry, Registry, Views } from './registry.ts';

/** A registry and the name of the owner that declares it. */
export interface DeclaredRegistry {
  readonly registry: AnyRegistry;
  readonly owner: string;
}

/** Everything that a snapshot is a function of. */
export interface Active<By extends Owner = Owner> {
  /** The generation that serves of each extension, by name, in graph order. */
  readonly owners: ReadonlyMap<string, By>;
  readonly registries: readonly DeclaredRegistry[];
  /** Contributions by registry name, in extension order. */
  readonly contributions: ReadonlyMap<string, readonly Contribution<unknown, By>[]>;
}

/**
 * The running system at one moment: the active contributions and every view compiled from them. Immutable, but for
 * the count of its users: a request acquires the current snapshot at its start and releases it at its end, so that
 * generations which only old snapshots hold can be told to be unused.
 */
export class Snapshot<By extends Owner = Owner> implements Views {
  /** Counts publications, from 1. */
  readonly number: number;
  readonly active: Active<By>;
  readonly #views: ReadonlyMap<string, unknown>;
  #users = 0;
  #onUnused: (() => void) | undefined;

  constructor(number: number, active: Active<By>, views: ReadonlyMap<string, unknown>) {
    this.number = number;
    this.active = active;
    this.#views = views;
  }

  get<Value, View, O extends Owner>(registry: Registry<Value, View, O>): View {
    if (!this.#views.has(registry.name)) throw new BackplaneError('VIEW_MISSING', { view: registry.name });
    // A registry's name is unique in a snapshot and its own compile made the view, so the view is of its type.
    return this.#views.get(registry.name) as View;
  }

  owner(name: string): Owner | undefined {
    return this.active.owners.get(name);
  }

  find(name: string): unknown {
    return this.#views.get(name);
  }

  /** How many requests (or other users) hold this snapshot. */
  get users(): number {
    return this.#users;
  }

  /** Counts one more user. Every call is answered by one {@link release}. */
  acquire(): this {
    this.#users += 1;
    return this;
  }

  release(): void {
    this.#users -= 1;
    if (this.#users === 0) this.#onUnused?.();
  }

  /** For the publisher, once another snapshot has taken this one's place: calls back when the last user has left. */
  retire(onUnused: () => void): void {
    this.#onUnused = onUnused;
    if (this.#users === 0) onUnused();
  }
}
