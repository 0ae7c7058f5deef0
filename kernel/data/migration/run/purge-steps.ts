import { BackplaneError } from '../../../errors.ts';
import { ownSearch } from '../../table/search.ts';
import type { Table } from '../../table/table.ts';
import { inOrder } from '../make/order.ts';
import { ownerOf, type Schema } from '../schema/schema.ts';
import type { SchemaStep } from '../step/step.ts';
import type { MigrationRecord } from './recorder.ts';

/** The steps that remove all that an extension owns in one database: what it added to others' tables, then its own. Pure. */
export function purgeSteps(schema: Schema, extension: string): readonly SchemaStep[] {
  const own = [...schema.values()].filter((table) => ownerOf(table) === extension);
  const others = [...schema.values()].filter((table) => ownerOf(table) !== extension);
  return [...others.flatMap((table) => removals(table, extension)), ...drops(own)];
}

function removals(table: Table, extension: string): readonly SchemaStep[] {
  const { name } = table;
  const columns = table.columns.filter(({ owner }) => owner === extension).map((column) => column.name);
  const goesWithColumn = (names: readonly (string | undefined)[]): boolean =>
    names.some((one) => one !== undefined && columns.includes(one));
  return [
    ...table.foreignKeys
      .filter(({ owner, column }) => owner === extension && !goesWithColumn([column]))
      .map((key): SchemaStep => ({ kind: 'dropForeignKey', table: name, key: key.name })),
    ...table.indexes
      .filter((index) => index.owner === extension && !goesWithColumn([...index.columns, index.unless]))
      .map((index): SchemaStep => ({ kind: 'dropIndex', table: name, index: index.name })),
    ...(ownSearch(table, extension).some((one) => !columns.includes(one.name))
      ? [{ kind: 'dropSearchIndex', table: name } as const]
      : []),
    ...columns.map((column): SchemaStep => ({ kind: 'dropColumn', table: name, column })),
  ];
}

/** Tables that refer to others before those; where they refer to each other, the keys first. */
function drops(tables: readonly Table[]): readonly SchemaStep[] {
  const left = new Set(inOrder(tables).toReversed());
  const steps: SchemaStep[] = [];
  for (const table of [...left]) {
    left.delete(table);
    for (const other of left) {
      for (const key of other.foreignKeys) {
        if (key.table === table.name)
          steps.push({ kind: 'dropForeignKey', table: other.name, key: key.name });
      }
    }
    steps.push({ kind: 'dropTable', table: table.name });
  }
  return steps;
}

/** @throws PURGE_REFUSED when others build on what the extension owns */
export function assertNoDependents(
  schemas: Iterable<Schema>,
  records: readonly MigrationRecord[],
  extension: string,
): void {
  const dependents = new Set<string>();
  for (const schema of schemas) {
    for (const table of schema.values()) {
      const isOwn = ownerOf(table) === extension;
      for (const { name, owner } of [
        ...table.columns,
        ...table.indexes,
        ...table.foreignKeys,
        ...(table.search ?? []),
      ]) {
        if (isOwn && owner !== extension)
          dependents.add(`"${name}" of "${owner}" is part of "${table.name}"`);
      }
      for (const key of table.foreignKeys) {
        const target = schema.get(key.table);
        if (key.owner !== extension && target && ownerOf(target) === extension)
          dependents.add(`"${table.name}" of "${key.owner}" refers to "${target.name}"`);
      }
    }
  }
  for (const { key, extension: owner, header } of records) {
    const needed = header.dependsOn.find((one) => one.startsWith(`${extension}/`));
    if (owner !== extension && needed !== undefined) dependents.add(`"${key}" depends on "${needed}"`);
  }
  if (dependents.size > 0)
    throw new BackplaneError('PURGE_REFUSED', { extension, dependents: [...dependents] });
}
