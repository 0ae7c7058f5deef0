import type { Faker } from '@faker-js/faker';
import { BackplaneError } from '../../errors.ts';
import type { EntitySchema } from '../entity/entity-schema.ts';
import { valueFaults } from '../write/value-faults.ts';
import { generateValue } from './generate.ts';
import type { UniqueValues } from './unique-values.ts';

type Values = Record<string, unknown>;

/**
 * The fields of a plausible row: what is given, then the entity's example, then whatever the schemas of required fields
 * allow. Keys of relations are left out unless they are given.
 *
 * @throws FACTORY_VALUE for a field whose schema does not tell what its values look like
 */
export function makeValues(
  schema: EntitySchema,
  given: Readonly<Values>,
  fake: Faker,
  unique: UniqueValues,
): Values {
  const example: Values = { ...schema.options.example?.(fake) };
  const values: Values = { ...example, ...given };
  for (const field of schema.fields.values()) {
    const { name, nullable, default: usual, references, type } = field;
    if (name === 'id' || name === 'createdAt' || name === 'updatedAt' || references || name in given)
      continue;
    const isExample = name in example;
    if (!isExample && (nullable || usual !== undefined)) continue;
    const again = (): unknown => ({ ...schema.options.example?.(fake) })[name];
    const make = (): unknown => (isExample ? again() : generateValue(fake, field.schema));
    const isText = type.kind === 'string';
    const value = field.unique
      ? unique.take(`${schema.name}.${name}`, firstOf(example, name, make), isText ? type.length : undefined)
      : isExample
        ? example[name]
        : make();
    if (value === undefined || (!isExample && valueFaults(schema.name, field, value, false).length > 0)) {
      throw new BackplaneError('FACTORY_VALUE', { entity: schema.name, field: name });
    }
    values[name] = value;
  }
  return values;
}

/** The value of the example that is there, before it is asked for others. */
function firstOf(example: Readonly<Values>, name: string, make: () => unknown): () => unknown {
  let isFirst = name in example;
  return () => {
    if (!isFirst) return make();
    isFirst = false;
    return example[name];
  };
}
