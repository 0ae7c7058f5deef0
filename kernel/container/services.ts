/**
 * The services there are, by name. Extensions add theirs:
 *
 * @example
 * declare module 'backplane' {
 *   interface Services { posts: PostService }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is filled by declaration merging
export interface Services {}

/** The type of the service of that name; `unknown` as long as nobody declares it in {@link Services}. */
export type ServiceOf<Name extends string> = Name extends keyof Services ? Services[Name] : unknown;

/** A class whose constructor takes the services, or a function from the services to an instance. */
export type ServiceFactory<T> = ServiceClass<T> | ((services: Services) => T);
export type ServiceClass<T> = new (services: Services) => T;

/**
 * How long an instance lives: `singleton` as long as its container, `scoped` one request or job, `transient` is made
 * anew each time it is taken, `value` is there already.
 */
export type Lifetime = 'singleton' | 'scoped' | 'transient' | 'value';

export interface ServiceOptions<T> {
  /** Releases an instance when its container or request ends. */
  readonly dispose?: (instance: T) => void | Promise<void>;
  /** Milliseconds that `dispose` may take; the container's `disposeTimeout` if left out. */
  readonly timeout?: number;
}
