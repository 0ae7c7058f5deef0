import type { Manager, RouteContext } from 'backplane';
import type { Served } from '../served.ts';

/** The manager of an entity whose fields are not known to the compiler, for who makes the request. */
export function managerOf(
  { services }: Pick<RouteContext, 'services'>,
  { resource }: Pick<Served, 'resource'>,
): Manager {
  const named: { readonly name: string } = resource.schema;
  return services.managers.of(named);
}
