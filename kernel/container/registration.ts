import type { AwilixContainer, CacheEntry, Resolver } from 'awilix';
import type { Recipe } from './recipe.ts';
import type { Lifetime } from './services.ts';
import type { Host } from './space.ts';

/** An instance that is out of use while an override lasts. */
interface Aside {
  readonly by: Recipe;
  entry: CacheEntry<unknown> | undefined;
}

interface Spec {
  readonly name: string;
  readonly lifetime: Lifetime;
  /** The class or function it was registered with: what an override by class looks for. */
  readonly factory: unknown;
  readonly recipe: Recipe;
  /** Place of the instance in the container's spaces, when scoped. */
  readonly slot: number;
}

/** One service of one container, kept in that container's awilix root. */
export class Registration {
  readonly host: Host;
  readonly name: string;
  readonly lifetime: Lifetime;
  readonly factory: unknown;
  readonly slot: number;
  /** How it was registered to be made. */
  readonly registered: Recipe;
  /** Singletons, of any container, that took this service while they were made, so that they may hold on to it. */
  readonly dependents = new Set<Registration>();
  readonly #dependencies = new Set<Registration>();
  readonly #overrides: Recipe[] = [];
  /** Oldest first. */
  readonly #aside: Aside[] = [];
  #recipe: Recipe;
  readonly #awilix: AwilixContainer;

  /** @param make called by awilix when an instance is wanted and none is cached */
  constructor(
    host: Host,
    awilix: AwilixContainer,
    spec: Spec,
    make: (registration: Registration) => unknown,
  ) {
    this.host = host;
    this.name = spec.name;
    this.lifetime = spec.lifetime;
    this.factory = spec.factory;
    this.slot = spec.slot;
    this.registered = spec.recipe;
    this.#recipe = spec.recipe;
    this.#awilix = awilix;
    const resolver: Resolver<unknown> = {
      // awilix would cache what is SCOPED in the container it is asked of, which is always the root; scopes hold it here.
      lifetime: this.isSingle ? 'SINGLETON' : 'TRANSIENT',
      resolve: () => make(this),
    };
    awilix.register(spec.name, resolver);
  }

  /** Is there one instance for all? */
  get isSingle(): boolean {
    return this.lifetime === 'singleton' || this.lifetime === 'value';
  }

  /** The one instance for all, when it exists. */
  get cached(): CacheEntry<unknown> | undefined {
    return this.#awilix.cache.get(this.name);
  }

  /** How instances are made now: the latest override's way, or the registered one. */
  get recipe(): Recipe {
    return this.#recipe;
  }

  addRecipe(recipe: Recipe): void {
    this.#overrides.push(recipe);
    this.#recipe = recipe;
  }

  /** @returns was it there? */
  removeRecipe(recipe: Recipe): boolean {
    const index = this.#overrides.indexOf(recipe);
    if (index === -1) return false;
    this.#overrides.splice(index, 1);
    this.#recipe = this.#overrides.at(-1) ?? this.registered;
    return true;
  }

  /** Takes the cached instance out of use until {@link bringBack}. */
  putAside(by: Recipe): void {
    this.#aside.push({ by, entry: this.cached });
    this.#awilix.cache.delete(this.name);
  }

  bringBack(by: Recipe): void {
    const index = this.#aside.findIndex((aside) => aside.by === by);
    const [aside] = index === -1 ? [] : this.#aside.splice(index, 1);
    const newer = aside && this.#aside[index];
    if (newer) newer.entry = aside.entry;
    else if (aside?.entry && !this.host.ended) this.#awilix.cache.set(this.name, aside.entry);
    // Made while the override lasted, so it may hold on to the replacement.
    else this.#awilix.cache.delete(this.name);
  }

  /** An instance from awilix: cached there if single, else made anew. */
  resolve(): unknown {
    return this.#awilix.resolve(this.name);
  }

  addDependent(dependent: Registration): void {
    this.dependents.add(dependent);
    dependent.#dependencies.add(this);
  }

  /** Is no longer known to what it took, so that a disposed generation can be collected. */
  unlink(): void {
    for (const dependency of this.#dependencies) dependency.dependents.delete(this);
    this.#dependencies.clear();
  }
}
