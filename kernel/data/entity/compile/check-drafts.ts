import { didYouMean } from '../../../errors.ts';
import type { Field } from '../field.ts';
import type { Draft, Drafts } from './draft.ts';

/** Fields that the definition names must be there. */
export function checkNames(
  drafts: Drafts,
  { definition, fields, indexes, sort, search, owner }: Draft,
): void {
  const check = (what: string, names: readonly string[], fits = (_: Field): boolean => true): void => {
    for (const name of names) {
      const field = fields.get(name);
      if (field && fits(field)) continue;
      const suggestion = field ? '' : didYouMean(name, [...fields.keys()]);
      const why = field ? 'is no text that may be read' : 'is no field of it';
      drafts.fault(definition.name, owner, `"${name}" in "${what}" ${why}.${suggestion}`);
    }
  };
  check('sort', sort);
  check('search', [...search.keys()], ({ type, readable }) => {
    return readable && (type.kind === 'string' || type.kind === 'text');
  });
  for (const index of indexes) check(index.unique ? 'unique' : 'indexes', index.fields);
}

/** No two may have the same table. */
export function checkTables(drafts: Drafts): void {
  const tables = new Map<string, string>();
  const add = (table: string, what: string, owner: string): void => {
    const other = tables.get(table);
    if (other !== undefined)
      drafts.fault(
        what,
        owner,
        `Its table "${table}" is that of "${other}" too. Give one of them another "table".`,
      );
    tables.set(table, what);
  };
  for (const [name, { table, owner }] of drafts.byName) add(table, name, owner);
  for (const [name, { table, owner }] of drafts.pivots) add(table, name, owner);
}
