import type { Contribution, Owner } from './contribution.ts';

/** The views compiled so far, for registries that build on others. */
export interface Views {
  /**
   * The view of another registry.
   * @throws VIEW_MISSING when no active extension declares that registry
   */
  get<Value, View, By extends Owner>(registry: Registry<Value, View, By>): View;
  /** The same by name, `undefined` when there is none: for a view that may be absent. */
  find(name: string): unknown;
  /**
   * Who serves under this name. For what follows from their contributions: a view is compiled anew when these change hands,
   * not when somebody comes of whom it has nothing.
   */
  owner(name: string): Owner | undefined;
}

/** Collects one kind of contribution and compiles all of them into one view. */
export interface Registry<Value, View, By extends Owner = Owner> {
  readonly name: string;
  /** Folder of an extension whose files' default exports are contributions; none if left out. */
  readonly folder?: string;
  /** Which exports of those files: the default one (or an array of them), or every one that is accepted. `default` if left out. */
  readonly exports?: 'default' | 'all';
  /** Names of the registries whose views `compile` reads. They compile first. */
  readonly dependsOn?: readonly string[];
  /** Is this a contribution of this kind? What is not is refused with `expected`. */
  accepts(value: unknown): value is Value;
  /** What a contribution must be, for the error: `a route made with route.get(…)`. */
  readonly expected: string;
  /**
   * Pure: the same contributions and views give an equal view. Contributions come in extension order.
   * @throws BackplaneError or FaultList naming both owners where two contributions exclude each other
   */
  compile(contributions: readonly Contribution<Value, By>[], views: Views): View;
}

/** A registry of any kind, as the kernel holds them. */
// biome-ignore lint/suspicious/noExplicitAny: a list of registries holds unlike kinds; each checks its own values
export type AnyRegistry = Registry<any, any, any>;

/**
 * Declares a registry. Does nothing but type it.
 *
 * @example
 * export const jobs = defineRegistry({ name: 'jobs', folder: 'jobs', expected: 'a job', accepts: isJob, compile });
 */
export function defineRegistry<Value, View, By extends Owner = Owner>(
  registry: Registry<Value, View, By>,
): Registry<Value, View, By> {
  return registry;
}
