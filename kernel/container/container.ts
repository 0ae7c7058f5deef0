import { createContainer } from 'awilix';
import { BackplaneError } from '../errors.ts';
import { DisposalLog } from './disposal.ts';
import { notFound } from './not-found.ts';
import { override, type Replacement } from './override.ts';
import { type Recipe, recipeOf, recipeOfValue } from './recipe.ts';
import { Registration } from './registration.ts';
import { make, resolve } from './resolution.ts';
import type {
  Lifetime,
  ServiceClass,
  ServiceFactory,
  ServiceOf,
  ServiceOptions,
  Services,
} from './services.ts';
import { type Host, Space } from './space.ts';
import { isReserved, ViewKind } from './view.ts';

export interface ContainerOptions {
  /** Name of the extension, or `kernel`. */
  readonly owner: string;
  /** Containers whose services may be taken too: of the kernel and of what the manifest declares. */
  readonly dependencies?: readonly Container[];
  /** Milliseconds that the disposer of one instance may take unless it says otherwise; 5000 if left out. */
  readonly disposeTimeout?: number;
  /** Who has a service of that name that is not among the dependencies? For the error that says what to declare. */
  readonly ownerOf?: (name: string) => string | undefined;
}

/**
 * The services of one generation of an extension, or of the kernel.
 *
 * Each container is an awilix root of its own: awilix keeps the singletons of a child scope in the root, where they
 * would outlive the generation that registered them.
 */
export class Container implements Host {
  readonly owner: string;
  /** What this container may take; scoped services are those of the {@link currentScope}. */
  readonly services: Services;
  /** @internal */
  readonly root: Space;
  /** @internal */
  readonly disposal = new DisposalLog();
  readonly #own = new Map<string, Registration>();
  readonly #awilix = createContainer();
  readonly #dependencies: readonly Container[];
  readonly #disposeTimeout: number;
  readonly #ownerOf: (name: string) => string | undefined;
  readonly #views = new ViewKind({ has: (name) => this.has(name), find: (name) => this.#find(name) });
  #scopedCount = 0;
  #ended = false;
  #ending: Promise<readonly Error[]> | undefined;

  constructor({ owner, dependencies = [], disposeTimeout = 5000, ownerOf }: ContainerOptions) {
    this.owner = owner;
    this.#dependencies = dependencies;
    this.#disposeTimeout = disposeTimeout;
    this.#ownerOf = ownerOf ?? (() => undefined);
    this.root = new Space(this);
    this.services = this.root.services;
  }

  /**
   * Registers a service of which there is one instance, made when it is first taken and released with the container.
   *
   * @throws SERVICE_DUPLICATE, SERVICE_NAME_INVALID
   */
  singleton<Name extends string>(
    name: Name,
    factory: ServiceFactory<ServiceOf<Name>>,
    options: ServiceOptions<ServiceOf<Name>> = {},
  ): this {
    return this.#register('singleton', name, factory, recipeOf(factory, options, this.#disposeTimeout));
  }

  /** Registers a service of which each request or job has its own instance, released when that ends. */
  scoped<Name extends string>(
    name: Name,
    factory: ServiceFactory<ServiceOf<Name>>,
    options: ServiceOptions<ServiceOf<Name>> = {},
  ): this {
    return this.#register('scoped', name, factory, recipeOf(factory, options, this.#disposeTimeout));
  }

  /**
   * Registers a service that is made anew each time it is taken. With a `dispose`, each instance is kept until the request in
   * which it was taken, or outside of one the container, releases it.
   */
  transient<Name extends string>(
    name: Name,
    factory: ServiceFactory<ServiceOf<Name>>,
    options: ServiceOptions<ServiceOf<Name>> = {},
  ): this {
    return this.#register('transient', name, factory, recipeOf(factory, options, this.#disposeTimeout));
  }

  /** Registers what exists already. It is not released with the container. */
  value<Name extends string>(name: Name, value: ServiceOf<Name>): this {
    return this.#register('value', name, value, recipeOfValue(value));
  }

  /** Its own services, without those of its dependencies. */
  names(): readonly { readonly name: string; readonly lifetime: Lifetime }[] {
    return [...this.#own.values()].map(({ name, lifetime }) => ({ name, lifetime }));
  }

  /** Is there a service of that name, of its own or of a dependency? */
  has(name: string): boolean {
    return this.#lookUp(name) !== undefined;
  }

  /**
   * One service by name.
   *
   * @throws SERVICE_UNKNOWN, SERVICE_UNDECLARED, SERVICE_CYCLE, SERVICE_LEAK, SERVICE_OUTSIDE_SCOPE, SERVICE_ENDED,
   *   SERVICE_NOTHING, or what its factory throws
   */
  resolve<Name extends string>(name: Name): ServiceOf<Name> {
    // The registration of that name was typed by the same `Services`.
    return resolve(this.#find(name), this.root) as ServiceOf<Name>;
  }

  /**
   * Replaces a service, also for those who made singletons out of it before; of a running request, only what it has not
   * taken yet. Lasts until the returned value is disposed (`using`), else as long as the container.
   *
   * @param target name of a service, its own or of a dependency, or the class it is registered with
   * @param replacement an instance, or a class or function that makes it; disposers go on applying to what is made
   * @throws SERVICE_UNKNOWN, SERVICE_UNDECLARED, SERVICE_CLASS_UNKNOWN
   */
  override<Name extends string>(target: Name, replacement: Replacement<ServiceOf<Name>>): Disposable;
  override<T>(target: ServiceClass<T>, replacement: Replacement<T>): Disposable;
  override(target: string | ServiceClass<unknown>, replacement: unknown): Disposable {
    const found = typeof target === 'string' ? [this.#find(target)] : this.#findByClass(target);
    const overrides = found.map((registration) => override(registration, replacement));
    return {
      [Symbol.dispose]() {
        for (const one of overrides) one[Symbol.dispose]();
      },
    };
  }

  /**
   * Releases its instances in reverse order of creation, one after another, each within its time. From then on it makes
   * no new ones.
   *
   * @returns what went wrong; never rejects
   */
  dispose(): Promise<readonly Error[]> {
    this.#ending ??= this.#release();
    return this.#ending;
  }

  /** @internal */
  get ended(): boolean {
    return this.#ended;
  }

  /** @internal */
  servicesIn(space: Space): Services {
    return this.#views.create(space);
  }

  async #release(): Promise<readonly Error[]> {
    // Asked for by a factory: what is under construction is complete, or has failed, once the call stack has unwound.
    await undefined;
    const errors = await this.disposal.release();
    this.#ended = true;
    this.#awilix.cache.clear();
    for (const registration of this.#own.values()) registration.unlink();
    return errors;
  }

  #register(lifetime: Lifetime, name: string, factory: unknown, recipe: Recipe): this {
    if (name === '' || isReserved(name)) {
      throw new BackplaneError('SERVICE_NAME_INVALID', { owner: this.owner, service: name });
    }
    const other = this.#lookUp(name);
    if (other) {
      throw new BackplaneError('SERVICE_DUPLICATE', {
        service: name,
        owners: [other.host.owner, this.owner],
      });
    }
    const slot = lifetime === 'scoped' ? this.#scopedCount++ : -1;
    const spec = { name, lifetime, factory, recipe, slot };
    this.#own.set(name, new Registration(this, this.#awilix, spec, make));
    return this;
  }

  #lookUp(name: string): Registration | undefined {
    const own = this.#own.get(name);
    if (own) return own;
    for (const dependency of this.#dependencies) {
      const found = dependency.#own.get(name);
      if (found) return found;
    }
    return undefined;
  }

  #find(name: string): Registration {
    const found = this.#lookUp(name);
    if (found) return found;
    const known = [this, ...this.#dependencies].flatMap((container) => [...container.#own.keys()]);
    throw notFound({ service: name, owner: this.owner, provider: this.#ownerOf(name), known });
  }

  #findByClass(target: ServiceClass<unknown>): readonly Registration[] {
    const all = [this, ...this.#dependencies].flatMap((container) => [...container.#own.values()]);
    const found = all.filter(({ factory }) => factory === target);
    if (found.length > 0) return found;
    throw new BackplaneError('SERVICE_CLASS_UNKNOWN', { owner: this.owner, class: target.name });
  }
}
