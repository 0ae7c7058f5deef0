import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { Field } from '../../data/entity/field.ts';
import type { TSchema } from '../../schema/index.ts';
import { pairRelations, pairsSchema } from './pair-relations.ts';
import { valueSchema } from './value-schema.ts';

/** Fields that the framework keeps. */
const kept: ReadonlySet<string> = new Set(['createdAt', 'updatedAt', 'deletedAt']);

/** May an input hold it? */
export function isInput({ name, writable }: Field): boolean {
  return writable && name !== 'id' && !kept.has(name);
}

/** May the server's own code set it? */
function isServerInput({ name }: Field): boolean {
  return name !== 'id' && !kept.has(name);
}

/**
 * JSON schema of what a new row is made of.
 * @param whose `server`: with the fields that only the server's own code sets
 */
export function createSchema(entity: EntitySchema, whose: 'caller' | 'server' = 'caller'): TSchema {
  const fields = [...entity.fields.values()].filter(whose === 'server' ? isServerInput : isInput);
  // What only the server sets may still come from a hook.
  const required = fields.filter((field) => isInput(field) && isRequired(entity, field));
  return withPairs(
    entity,
    object(
      fields,
      { default: true },
      required.map(({ name }) => name),
    ),
  );
}

/** JSON schema of what of a row is to change. @param whose as for {@link createSchema} */
export function updateSchema(entity: EntitySchema, whose: 'caller' | 'server' = 'caller'): TSchema {
  const fields = [...entity.fields.values()].filter(whose === 'server' ? isServerInput : isInput);
  return withPairs(entity, object(fields, { default: false }, []));
}

function withPairs(entity: EntitySchema, schema: TSchema & { readonly properties?: object }): TSchema {
  const relations = pairRelations(entity);
  if (relations.length === 0) return schema;
  const pairs = Object.fromEntries(relations.map((relation) => [relation.name, pairsSchema(relation)]));
  return { ...schema, properties: { ...schema.properties, ...pairs } };
}

/** JSON schema of a row as it leaves the server, without relations. Fields may be left out where fewer are asked for. */
export function readSchema(entity: EntitySchema): TSchema {
  const fields = [...entity.fields.values()].filter(({ readable }) => readable);
  return object(fields, { default: false }, ['id']);
}

/** JSON schema of what stands for a row where only its identity matters. */
export function referenceSchema(entity: EntitySchema): TSchema {
  return object(
    [...entity.fields.values()].filter(({ name }) => name === 'id'),
    { default: false },
    ['id'],
  );
}

/** The key of the scope is filled in where the actor could mean but one. */
function isRequired(entity: EntitySchema, field: Field): boolean {
  if (field.nullable || field.default !== undefined) return false;
  return field.name !== scopeKey(entity);
}

/** Name of the field that says whose an entity's rows are. */
export function scopeKey({ options, relations }: EntitySchema): string | undefined {
  const relation = options.scope === undefined ? undefined : relations.get(options.scope);
  return relation?.kind === 'belongsTo' ? relation.key : undefined;
}

function object(
  fields: readonly Field[],
  keep: { readonly default: boolean },
  required: readonly string[],
): TSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, valueSchema(field, keep)])),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}
