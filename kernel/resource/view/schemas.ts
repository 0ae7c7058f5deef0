import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { Field } from '../../data/entity/field.ts';
import type { TSchema } from '../../schema/index.ts';
import { valueSchema } from './value-schema.ts';

/** Fields that the framework keeps. */
const kept: ReadonlySet<string> = new Set(['createdAt', 'updatedAt', 'deletedAt']);

/** May an input hold it? */
export function isInput({ name, writable }: Field): boolean {
  return writable && name !== 'id' && !kept.has(name);
}

/** JSON schema of what a new row is made of. */
export function createSchema(entity: EntitySchema): TSchema {
  const fields = [...entity.fields.values()].filter(isInput);
  const required = fields.filter((field) => isRequired(entity, field)).map(({ name }) => name);
  return object(fields, { default: true }, required);
}

/** JSON schema of what of a row is to change. */
export function updateSchema(entity: EntitySchema): TSchema {
  return object([...entity.fields.values()].filter(isInput), { default: false }, []);
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
