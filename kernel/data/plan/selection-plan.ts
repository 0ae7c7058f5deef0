import { didYouMean } from '../../errors.ts';
import type { EntitySchema } from '../entity/entity-schema.ts';
import type { Field } from '../entity/field.ts';
import { namesOf } from './filter-plan.ts';
import type { Planning } from './planning.ts';

/**
 * The fields to read.
 * @returns their names, `id` among them, in the entity's order; `undefined` for all that may be read
 */
export function planFields(
  planning: Planning,
  entity: EntitySchema,
  fields: unknown,
  path: string,
): readonly string[] | undefined {
  if (fields === undefined) return undefined;
  const wanted = new Set(['id']);
  for (const name of readNames(planning, entity, fields, path)) {
    const field = readableField(planning, entity, name, path);
    if (field !== undefined) wanted.add(name);
  }
  return [...entity.fields.keys()].filter((name) => wanted.has(name));
}

/** A list of texts, whatever came. */
export function readNames(
  planning: Planning,
  entity: EntitySchema,
  names: unknown,
  path: string,
): readonly string[] {
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  planning.faults.invalid(entity.name, path, 'It must be a list of names.');
  return [];
}

/** A field that callers may see; otherwise a fault. */
export function readableField(
  planning: Planning,
  entity: EntitySchema,
  name: string,
  path: string,
): Field | undefined {
  const field = entity.fields.get(name);
  if (field?.readable) return field;
  if (field === undefined) {
    const known = namesOf(entity).filter((one) => entity.fields.has(one));
    const hint = name.includes('.')
      ? ' The fields of a relation stand with it: include=author(fields=name).'
      : didYouMean(name, known);
    planning.faults.invalid(entity.name, path, `There is no field "${name}".${hint}`);
  } else planning.faults.forbidden(entity.name, path, name);
  return undefined;
}
