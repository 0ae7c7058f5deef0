import type { Field } from '../../data/entity/field.ts';
import type { TSchema } from '../../schema/index.ts';

/** What a field says about its column and its rules, which is no part of the schema of its values. */
const options = new Set([
  'unique',
  'index',
  'read',
  'write',
  'contains',
  'column',
  'rules',
  'dimensions',
  '~optional',
  '~kind',
]);

interface ValueSchemaOptions {
  /** Keep what an absent value becomes? */
  readonly default: boolean;
}

/** JSON schema of a field's values, with NULL where it may be none. */
export function valueSchema(field: Field, keep: ValueSchemaOptions): TSchema {
  const bare = Object.fromEntries(
    Object.entries(field.schema).filter(
      ([name]) => !options.has(name) && (keep.default || name !== 'default'),
    ),
  );
  return field.nullable ? orNull(bare) : bare;
}

/** A list of types rather than `anyOf`: what a validator says of it is easier to read. */
function orNull(schema: Readonly<Record<string, unknown>>): TSchema {
  const { type, enum: values } = schema;
  if (typeof type !== 'string') {
    return Array.isArray(values)
      ? { ...schema, enum: [...values, null] }
      : { anyOf: [schema, { type: 'null' }] };
  }
  const nullable = { ...schema, type: [type, 'null'] };
  return Array.isArray(values) ? { ...nullable, enum: [...values, null] } : nullable;
}
