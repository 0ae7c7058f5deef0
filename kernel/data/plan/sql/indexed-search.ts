import type { EntitySchema } from '../../entity/entity-schema.ts';
import { inSearchOrder, searchColumn, searchDocument, searchName } from '../../table/search.ts';
import type { SearchPredicate } from '../plan.ts';
import { fieldNamed, type Writing } from './writing.ts';

/** Does the index find the row? */
export function indexedSearchSql(
  writing: Writing,
  entity: EntitySchema,
  alias: string,
  { words, pattern }: Extract<SearchPredicate, { readonly by: 'index' }>,
): string {
  const { syntax } = writing;
  const name = searchName(entity.table);
  const found: string[] = [];
  if (words !== undefined) {
    const asked = writing.parameter(words);
    if (syntax.dialect === 'sqlite') {
      const index = syntax.quote(name);
      const keys = `${syntax.quote(`${name}_keys`)} k on k."key" = ${index}.rowid`;
      const ids = `select k."id" from ${index} join ${keys} where ${index} match ${asked}`;
      found.push(`${writing.column(alias, 'id')} in (${ids})`);
    } else if (syntax.dialect === 'postgres') {
      const columns = inSearchOrder(entity.search.map((name) => fieldNamed(entity, name).column));
      const document = searchDocument(columns.map((column) => writing.column(alias, column)));
      found.push(`${document} @@ plainto_tsquery('simple', ${asked})`);
    } else {
      found.push(`match(${writing.column(alias, searchColumn)}) against (${asked} in boolean mode)`);
    }
  }
  if (pattern !== undefined) {
    found.push(`${writing.column(alias, searchColumn)} regexp ${writing.parameter(pattern)}`);
  }
  return found.join(' and ');
}
