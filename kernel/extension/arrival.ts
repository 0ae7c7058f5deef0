import { AsyncLocalStorage } from 'node:async_hooks';
import type { AnyRegistry, Owner, Registry, Views } from '../snapshot/index.ts';
import type { Generation, ServingOwner } from './generation.ts';
import { declaredNames } from './manifest.ts';
import { runningExtension } from './running.ts';

/** The snapshot that a transaction is making: what extensions that boot in it work with, before anybody is served by it. */
export class Arrival {
  readonly #compiled = new Map<string, unknown>();
  #generations: (() => readonly Generation[]) | undefined;
  #snapshot: Views | undefined;

  /** @param generations those that will serve, as far as it is known, dependencies before dependents */
  constructor(generations: () => readonly Generation[]) {
    this.#generations = generations;
  }

  /** Runs code of extensions that are to serve from the snapshot to come. */
  run<T>(work: () => T): T {
    return arrivals.run(this, work);
  }

  /** From here on the views are those of this snapshot, which is to be published. */
  settle(snapshot: Views): void {
    this.#snapshot = snapshot;
  }

  /** It is published, or given up. What was begun meanwhile goes by the published snapshot from now on, and holds no other. */
  end(): void {
    this.#generations = undefined;
    this.#snapshot = undefined;
    this.#compiled.clear();
  }

  /**
   * The view of a registry; compiled when it is first asked for.
   *
   * @returns `undefined` once it has ended
   * @throws what the registry throws when the contributions of an extension and its dependencies do not fit each other
   */
  view<Value, View, By extends ServingOwner>(registry: Registry<Value, View, By>): View | undefined {
    if (this.#snapshot) return this.#snapshot.get(registry);
    const generations = this.#generations?.();
    if (generations === undefined) return undefined;
    const known = this.#compiled.get(registry.name);
    if (known !== undefined) return known as View;
    try {
      const view = compile(registry, generations);
      this.#compiled.set(registry.name, view);
      return view;
    } catch {
      // The fault of one extension is told when the snapshot is compiled, and must not be another's.
      return compile(registry, concerned(generations, runningExtension()));
    }
  }
}

/** That of the transaction that the running code is a part of. */
export function currentArrival(): Arrival | undefined {
  return arrivals.getStore();
}

const arrivals = new AsyncLocalStorage<Arrival>();

/** The view that these generations make, with those that it builds on. */
function compile<Value, View, By extends Owner>(
  registry: Registry<Value, View, By>,
  generations: readonly Generation[],
): View {
  // What generations contribute under its name has been accepted by it.
  const judge: AnyRegistry = registry;
  const views: Views = {
    get: (other) => compile(other, generations),
    find: () => undefined,
    owner: () => undefined,
  };
  return judge.compile(
    generations.flatMap((one) => one.contributionsTo(judge)),
    views,
  );
}

/** An extension and everything that it depends on. */
function concerned(generations: readonly Generation[], name: string | undefined): readonly Generation[] {
  const names = new Set(name === undefined ? [] : [name]);
  for (const generation of generations.toReversed())
    if (names.has(generation.name)) for (const one of declaredNames(generation.manifest)) names.add(one);
  return generations.filter((one) => names.has(one.name));
}
