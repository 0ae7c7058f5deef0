import { didYouMean } from '../../errors.ts';
import type { EntitySchema } from '../entity/entity-schema.ts';

/**
 * Why fields do not tell one row from all others: without a unique index of them, several rows could have the same values,
 * and with NULL several may in spite of it.
 *
 * @param values of the row that is looked for
 * @returns as a sentence, or `undefined` where one row at most can be meant
 */
export function upsertFault(
  schema: EntitySchema,
  names: readonly string[],
  values: Readonly<Record<string, unknown>>,
): string | undefined {
  if (names.length === 0) return 'upsert needs at least one field to find the row by.';
  const unknown = names.find((name) => !schema.fields.has(name));
  if (unknown !== undefined) {
    return `upsert finds rows by fields, and "${unknown}" is none.${didYouMean(unknown, schema.fields.keys())}`;
  }
  const uniques = [
    ['id'],
    ...[...schema.fields.values()].filter(({ unique }) => unique).map(({ name }) => [name]),
    ...schema.indexes.filter(({ unique }) => unique).map(({ fields }) => fields),
  ];
  const named = uniques.filter((fields) => fields.every((name) => names.includes(name)));
  const quoted = names.map((name) => `"${name}"`).join(', ');
  if (named.length === 0) {
    const remedy =
      names.length === 1
        ? 'Give the field unique: true'
        : `Give the entity unique: [[${names.map((name) => `'${name}'`).join(', ')}]]`;
    return `upsert would find the row by ${quoted}, which several rows may share. ${remedy}, or find the row that is meant and update it.`;
  }
  if (named.some((fields) => fields.every((name) => (values[name] ?? null) !== null))) return undefined;
  return `upsert would find the row by ${quoted}, of which at least one has no value; several rows may have none. Give it a value, or create the row.`;
}
