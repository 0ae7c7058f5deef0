import type { ServiceClass, ServiceFactory, ServiceOptions, Services } from './services.ts';

/** How an instance is made, and how it is released. */
export interface Recipe {
  readonly make: (services: Services) => unknown;
  readonly dispose: ((instance: unknown) => void | Promise<void>) | undefined;
  /** Milliseconds that `dispose` may take. */
  readonly timeout: number;
}

/** The recipe of a class or a function. */
export function recipeOf<T>(
  factory: ServiceFactory<T>,
  options: ServiceOptions<T>,
  disposeTimeout: number,
): Recipe {
  const { dispose, timeout = disposeTimeout } = options;
  return {
    make: isClass(factory) ? (services) => new factory(services) : (services) => factory(services),
    // What is disposed was made by this very recipe, so it is a T; the list of all recipes cannot say so.
    dispose: dispose && ((instance) => dispose(instance as T)),
    timeout,
  };
}

/** The recipe of what exists already. Who made it releases it. */
export function recipeOfValue(value: unknown): Recipe {
  return { make: () => value, dispose: undefined, timeout: 0 };
}

function isClass<T>(factory: ServiceFactory<T>): factory is ServiceClass<T> {
  return /^class\b/.test(Function.prototype.toString.call(factory));
}
