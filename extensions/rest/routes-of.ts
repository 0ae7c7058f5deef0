import { BackplaneError, type RepresentationTable, type ResourceTable, type Route } from 'backplane';
import { forCaller } from './answer/for-caller.ts';
import type { DocumentSchemas } from './document/schemas.ts';
import { isServed } from './exposure.ts';
import { aggregateRoute } from './operations/aggregate.ts';
import { createRoute } from './operations/create.ts';
import { deleteManyRoute, deleteRoute } from './operations/delete.ts';
import { getRoute } from './operations/get.ts';
import { listRoute } from './operations/list.ts';
import { methodRoute } from './operations/method.ts';
import { nestedRoute } from './operations/nested.ts';
import { restoreRoute } from './operations/restore.ts';
import { searchRoute } from './operations/search.ts';
import { updateRoute } from './operations/update.ts';
import { updateManyRoute } from './operations/update-many.ts';
import type { RestSettings, Served } from './served.ts';

export interface RestParts {
  readonly table: ResourceTable;
  readonly views: RepresentationTable;
  readonly settings: RestSettings;
  /** Of one version of the API. */
  readonly schemasFor: (version: string | undefined) => DocumentSchemas;
}

/** The routes of all entities that are served, in each version of the API. */
export function routesOf({ table, views, settings, schemasFor }: RestParts): readonly Route[] {
  const versions = settings.versions.length === 0 ? [undefined] : settings.versions;
  return versions.flatMap((version) => {
    const schemas = schemasFor(version);
    const start = version === undefined ? '' : `/${version}`;
    const all = new Map(
      table.all
        .filter(({ schema }) => isServed(schema))
        .map((resource): [string, Served] => {
          const path = `${start}${resource.prefix}/${resource.schema.plural}`;
          return [
            resource.schema.name,
            { resource, catalog: table.catalog, views, version, path, settings, schemas },
          ];
        }),
    );
    assertApart([...all.values()]);
    return [...all.values()].flatMap((served) => routesOfEntity(served, all));
  });
}

/** @throws CONTRIBUTION_CONFLICT for entities whose routes would be the same */
function assertApart(all: readonly Served[]): void {
  const places = new Map<string, Served['resource']['schema']>();
  for (const { path, resource } of all) {
    const { schema } = resource;
    const other = places.get(path);
    if (other !== undefined) {
      const what = `The path ${path} of the entities "${other.name}" and "${schema.name}"`;
      throw new BackplaneError('CONTRIBUTION_CONFLICT', { what, owners: [other.owner, schema.owner] });
    }
    places.set(path, schema);
  }
}

function routesOfEntity(served: Served, all: ReadonlyMap<string, Served>): readonly Route[] {
  const { methods } = served.resource;
  const builtin = served.resource.external ? routesOfExternal(served) : routesOfTable(served, all);
  return [...builtin, ...[...methods.values()].map((method) => methodRoute(served, method))].map(forCaller);
}

/** What its provider does, and no more. */
function routesOfExternal(served: Served): readonly Route[] {
  const routes = {
    list: listRoute,
    create: createRoute,
    get: getRoute,
    update: updateRoute,
    delete: deleteRoute,
  } as const;
  return [...(served.resource.external?.operations.keys() ?? [])].map((name) => routes[name](served));
}

function routesOfTable(served: Served, all: ReadonlyMap<string, Served>): readonly Route[] {
  const { schema } = served.resource;
  const nested = [...schema.relations.values()].flatMap((relation) => {
    const target = all.get(relation.target);
    return (target && nestedRoute(served, relation, target)) ?? [];
  });
  return [
    listRoute(served),
    createRoute(served),
    updateManyRoute(served),
    deleteManyRoute(served),
    searchRoute(served),
    aggregateRoute(served),
    getRoute(served),
    updateRoute(served),
    deleteRoute(served),
    ...(schema.softDelete ? [restoreRoute(served)] : []),
    ...nested,
  ];
}
