import { didYouMean } from '../../../errors.ts';
import type { Table } from '../../table/table.ts';
import { ownerOf, type Schema } from '../schema/schema.ts';
import type { SchemaStep } from '../step/step.ts';

interface RenameOptions {
  readonly extension: string;
  readonly recorded: readonly Table[];
  readonly renames?: Readonly<Record<string, string>>;
}

/** Columns first, under the old names of their tables. */
export function renameSteps(
  recorded: Schema,
  wanted: Schema,
  renames: Readonly<Record<string, string>>,
  extension: string,
  used: Set<string>,
): readonly SchemaStep[] {
  const steps: SchemaStep[] = [];
  for (const [from, to] of Object.entries(renames).sort(
    ([a], [b]) => Number(b.includes('.')) - Number(a.includes('.')),
  )) {
    const [table = '', column] = from.split('.');
    const found = recorded.get(table);
    if (found === undefined) continue;
    if (column === undefined) {
      if (!wanted.has(to) || ownerOf(found) !== extension) continue;
      steps.push({ kind: 'renameTable', table, to });
    } else {
      const isOwn = found.columns.some(({ name, owner }) => name === column && owner === extension);
      const target = wanted.get(renames[table] ?? table);
      if (!isOwn || !target?.columns.some(({ name }) => name === to)) continue;
      steps.push({ kind: 'renameColumn', table, column, to });
    }
    used.add(from);
  }
  return steps;
}

export function unusedRename(name: string, { renames = {}, recorded, extension }: RenameOptions): string {
  const known = recorded.flatMap((table) => [
    table.name,
    ...table.columns.map((one) => `${table.name}.${one.name}`),
  ]);
  return `"${name}" was said to be "${renames[name]}" now, but "${extension}" has no such table or column, or wants none of that name.${didYouMean(name, known)}`;
}
