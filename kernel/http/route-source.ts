import type { Views } from '../snapshot/index.ts';
import type { Route } from './route.ts';

/** Routes that follow from what other registries hold. Made with {@link routesFrom}. */
export class RouteSource {
  readonly make: (views: Views) => Iterable<Route>;

  constructor(make: (views: Views) => Iterable<Route>) {
    this.make = make;
  }
}

/**
 * Declares routes that follow from other views, such as those of entities: they are made anew with every snapshot in which
 * one of those has changed. Where somebody declares a route at the same place, theirs answers.
 *
 * @param make pure: the same views give the same routes
 *
 * @example
 * export default routesFrom((views) => views.get(resources).all.flatMap(routesOf));
 */
export function routesFrom(make: (views: Views) => Iterable<Route>): RouteSource {
  return new RouteSource(make);
}
