import { type Route, route } from 'backplane';
import type { EntitySchema, ResolvedRelation } from 'backplane/data';
import { nestedDocument } from '../document/list.ts';
import { kebabCase } from '../kebab.ts';
import type { Served } from '../served.ts';
import { queryFinder, readPage } from './list.ts';
import { managerOf } from './manager-of.ts';
import { optionsOf } from './options.ts';

/**
 * `GET /blog/posts/:id/comments`: a list of the other entity, of those rows that belong to this one. Only relations whose
 * other end knows the way back have it; the rest can be included.
 *
 * @param target the other entity, as it is served itself
 */
export function nestedRoute(served: Served, relation: ResolvedRelation, target: Served): Route | undefined {
  const { schema } = served.resource;
  const back = wayBack(relation, target.resource.schema);
  if (back === undefined) return undefined;
  const find = queryFinder(target);
  const { plural } = target.resource.schema;
  const options = optionsOf(
    served,
    `list ${relation.name}`,
    `Lists the ${plural} of one of the ${schema.plural}`,
    () => nestedDocument(served, target),
  );
  return route.get(`${served.path}/:id/${kebabCase(relation.name)}`, options, (context) => {
    const { id = '' } = context.params;
    return readPage(target, context, find, async (manager, { reading, deleted }) => {
      // Whoever may not see the one may not ask for what belongs to it either.
      await managerOf(context, served).get(id, { fields: ['id'] });
      const own = back(id);
      const filter = reading.filter === undefined ? own : { and: [own, reading.filter] };
      return manager.list({ ...reading, filter }, { deleted });
    });
  });
}

type Filter = Readonly<Record<string, object>>;

/** The filter for the rows that a relation of one row leads to. */
function wayBack(
  relation: ResolvedRelation,
  { relations }: EntitySchema,
): ((id: string) => Filter) | undefined {
  if (relation.kind === 'hasMany') return (id) => ({ [relation.key]: { eq: id } });
  if (relation.kind !== 'manyToMany') return undefined;
  const inverse = [...relations.values()].find(
    (other) =>
      other.kind === 'manyToMany' &&
      other.pivot === relation.pivot &&
      other.ownColumn === relation.targetColumn,
  );
  return inverse && ((id) => ({ [inverse.name]: { some: { id: { eq: id } } } }));
}
