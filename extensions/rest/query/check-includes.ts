import type { EntityCatalog, EntitySchema, IncludeRequest } from 'backplane/data';
import { isServed } from '../exposure.ts';
import type { Served } from '../served.ts';
import { queryError } from './query-error.ts';

type Includes = Readonly<Record<string, IncludeRequest>> | undefined;

/** What is not served itself is not read along either. */
export function includeFaults({ catalog, resource }: Served, include: unknown): readonly Error[] {
  return faultsIn(catalog, resource.schema, include as Includes, 'include');
}

function faultsIn(
  catalog: EntityCatalog,
  entity: EntitySchema,
  include: Includes,
  path: string,
  depth = 1,
): readonly Error[] {
  // What lies deeper than any plan may go is refused when it is planned.
  if (typeof include !== 'object' || include === null || depth > 100) return [];
  return Object.entries(include).flatMap(([name, request]) => {
    const relation = entity.relations.get(name);
    const target = relation && catalog.find(relation.target);
    // What is not there at all is said by the planner, along with all else that is not.
    if (target === undefined) return [];
    const at = `${path}.${name}`;
    if (!isServed(target)) return [queryError(entity.name, at, `"${target.name}" is not served.`)];
    return faultsIn(catalog, target, request?.include, at, depth + 1);
  });
}
