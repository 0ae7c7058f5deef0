import type { EntitySchema, ThroughPivot } from '../../data/entity/entity-schema.ts';
import type { TSchema } from '../../schema/index.ts';
import { valueSchema } from './value-schema.ts';

const known = new WeakMap<EntitySchema, readonly ThroughPivot[]>();

/**
 * The relations to many whose pairs are a part of the entity's rows: those that it declares. At the other side, which says
 * `inverse`, they are to be read only.
 */
export function pairRelations(entity: EntitySchema): readonly ThroughPivot[] {
  const found =
    known.get(entity) ??
    [...entity.relations.values()].filter(
      (relation): relation is ThroughPivot => relation.kind === 'manyToMany' && !isInverse(entity, relation),
    );
  known.set(entity, found);
  return found;
}

function isInverse({ options }: EntitySchema, { name }: ThroughPivot): boolean {
  const declared = options.relations?.[name];
  return declared?.kind === 'manyToMany' && declared.inverse !== undefined;
}

/** JSON schema of pairs in an input: ids, or objects with an id and the pair's own fields. */
export function pairsSchema({ pivot }: ThroughPivot): TSchema {
  const id = { type: 'string', format: 'uuid' };
  const fields = [...pivot.fields.values()];
  const properties = Object.fromEntries(
    fields.map((field) => [field.name, valueSchema(field, { default: false })]),
  );
  const required = fields.filter((field) => !field.nullable && field.default === undefined);
  const pair = {
    type: 'object',
    properties: { id, ...properties },
    required: ['id', ...required.map(({ name }) => name)],
    additionalProperties: false,
  };
  const items = fields.length === 0 ? id : required.length > 0 ? pair : { anyOf: [id, pair] };
  return { type: 'array', items, maxItems: 1000 };
}
