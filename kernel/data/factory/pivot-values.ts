import type { Faker } from '@faker-js/faker';
import { BackplaneError } from '../../errors.ts';
import type { ThroughPivot } from '../entity/entity-schema.ts';
import { generateValue } from './generate.ts';

type Values = Record<string, unknown>;

/** Values of a pair, or what makes them; the index of the pair counts from 0. */
export type PivotState = object | ((fake: Faker, index: number) => object);

/**
 * The fields of one pair: what is given, then whatever the schemas of required fields without a default allow.
 * @throws FACTORY_VALUE
 */
export function pivotValues(
  entity: string,
  { name, pivot }: ThroughPivot,
  given: PivotState,
  fake: Faker,
  index: number,
): Values {
  const values: Values = { ...(typeof given === 'function' ? given(fake, index) : given) };
  for (const field of pivot.fields.values()) {
    if (field.name in values || field.nullable || field.default !== undefined) continue;
    const value = generateValue(fake, field.schema);
    if (value === undefined) {
      throw new BackplaneError('FACTORY_VALUE', { entity: `${entity}.${name}`, field: field.name });
    }
    values[field.name] = value;
  }
  return values;
}

/** Are the fields of all pairs the same, so that those of a row can be written together? */
export function isSameForAll({ pivot }: ThroughPivot, given: PivotState): boolean {
  if (typeof given === 'function') return false;
  return [...pivot.fields.values()].every(
    ({ name, nullable, default: usual }) => name in given || nullable || usual !== undefined,
  );
}
