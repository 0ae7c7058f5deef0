import { BackplaneError, didYouMean } from '../../../errors.ts';
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

/**
 * The renames that each extension is to make: that of a table goes to who made the table, that of a column to who added it.
 *
 * @param extensions those that migrations are made for
 * @throws MIGRATION_UNDECIDED with every rename of what none of them has
 */
export function shareRenames(
  renames: Readonly<Record<string, string>>,
  recorded: readonly Table[],
  extensions: readonly string[],
): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const shares = new Map<string, Record<string, string>>();
  const faults: string[] = [];
  for (const [from, to] of Object.entries(renames)) {
    const owner = ownersOf(from, recorded).find((one) => extensions.includes(one));
    if (owner === undefined) faults.push(unknownRename(from, to, recorded, extensions));
    else shares.set(owner, { ...shares.get(owner), [from]: to });
  }
  if (faults.length > 0) {
    throw new BackplaneError('MIGRATION_UNDECIDED', { extension: extensions.join('", "'), faults });
  }
  return shares;
}

/** Why a rename fits nothing: there is no such thing under its old name, or none is wanted under its new one. */
export function unusedRename(
  from: string,
  { renames = {}, recorded, wanted, extension }: RenameOptions & { readonly wanted: readonly Table[] },
): string {
  const to = renames[from] ?? '';
  if (!ownersOf(from, recorded).includes(extension)) return unknownRename(from, to, recorded, [extension]);
  const [table = '', column] = from.split('.');
  const target = renames[table] ?? table;
  const names =
    column === undefined
      ? wanted.map(({ name }) => name)
      : wanted
          .filter(({ name }) => name === target)
          .flatMap(({ columns }) => columns.map(({ name }) => name));
  const what = column === undefined ? 'table' : `column of "${target}"`;
  return `"${from}" was said to be "${to}" now, but no entity wants a ${what} of that name.${didYouMean(to, names)}`;
}

function unknownRename(
  from: string,
  to: string,
  recorded: readonly Table[],
  extensions: readonly string[],
): string {
  const others = ownersOf(from, recorded);
  const told = `"${from}" was said to be "${to}" now`;
  if (others.length > 0) return `${told}, but it belongs to "${others.join('", "')}".`;
  const own = (owner: string): boolean => extensions.includes(owner);
  const known = recorded.flatMap((table) => [
    ...(own(ownerOf(table)) ? [table.name] : []),
    ...table.columns.filter(({ owner }) => own(owner)).map(({ name }) => `${table.name}.${name}`),
  ]);
  const what = from.includes('.') ? 'column' : 'table';
  return `${told}, but "${extensions.join('", "')}" ${extensions.length === 1 ? 'has' : 'have'} no such ${what}.${didYouMean(from, known)}`;
}

/** Of tables with the same name in several databases, all. */
function ownersOf(from: string, recorded: readonly Table[]): readonly string[] {
  const [name = '', column] = from.split('.');
  const tables = recorded.filter((table) => table.name === name);
  return tables.flatMap((table) =>
    column === undefined
      ? [ownerOf(table)]
      : table.columns.filter((one) => one.name === column).map(({ owner }) => owner),
  );
}
