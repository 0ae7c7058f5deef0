import { type Recipe, recipeOf, recipeOfValue } from './recipe.ts';
import type { Registration } from './registration.ts';
import type { ServiceFactory } from './services.ts';

/** What stands in for a service: an instance, or a class or function that makes one. */
export type Replacement<T> = T | ServiceFactory<T>;

/**
 * Exchanges how a service is made. The singletons that exist already, its own and those that were built on it, are put
 * aside while this lasts and come back as they were; what is made meanwhile is released with its container.
 *
 * @returns ends the override; overrides of one service may end in any order
 */
export function override(registration: Registration, replacement: unknown): Disposable {
  const recipe = replacementRecipe(registration, replacement);
  registration.addRecipe(recipe);
  for (const affected of affectedBy(registration)) affected.putAside(recipe);
  return {
    [Symbol.dispose]() {
      if (!registration.removeRecipe(recipe)) return;
      for (const affected of affectedBy(registration)) affected.bringBack(recipe);
    },
  };
}

function replacementRecipe(registration: Registration, replacement: unknown): Recipe {
  const { lifetime, factory, recipe } = registration;
  // A function registered as a value is called by its users, and so is what replaces it.
  const standsForItself = lifetime === 'value' && typeof factory === 'function';
  if (standsForItself || !isFactory(replacement)) return recipeOfValue(replacement);
  return { ...recipeOf(replacement, {}, recipe.timeout), dispose: registration.registered.dispose };
}

function isFactory(value: unknown): value is ServiceFactory<unknown> {
  return typeof value === 'function';
}

/** The service and, of any container, the singletons that may hold on to it, directly or through others. */
function affectedBy(registration: Registration, found = new Set<Registration>()): ReadonlySet<Registration> {
  if (found.has(registration)) return found;
  found.add(registration);
  for (const dependent of registration.dependents) affectedBy(dependent, found);
  return found;
}
