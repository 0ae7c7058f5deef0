import type { EntitySchema } from '../../entity/entity-schema.ts';
import type { SearchPredicate } from '../plan.ts';
import { postgres } from './postgres.ts';
import { fieldNamed, type Writing } from './writing.ts';

/** Column of MariaDB that holds an entity's searched texts. */
export const searchColumn = 'search_text';

/** Name of an entity's search index: of a table on SQLite. */
export function searchName({ table }: EntitySchema): string {
  return `${table}_search`;
}

/**
 * The words of a row on PostgreSQL, as its index holds them: punctuation would make it see hosts, paths and numbers where
 * words are meant. It can hold no more than 1 MB of them.
 *
 * @param prefix of columns: an alias with its dot
 */
export function searchDocument(entity: EntitySchema, prefix: string): string {
  const texts = entity.search.map(
    (name) => `coalesce(${prefix}${postgres.quote(fieldNamed(entity, name).column)}, '')`,
  );
  return `to_tsvector('simple', regexp_replace(left(${texts.join(" || ' ' || ")}, 200000), '[[:punct:]]+', ' ', 'g'))`;
}

/** Does the index find the row? */
export function indexedSearchSql(
  writing: Writing,
  entity: EntitySchema,
  alias: string,
  { words, pattern }: Extract<SearchPredicate, { readonly by: 'index' }>,
): string {
  const { syntax } = writing;
  const name = searchName(entity);
  const found: string[] = [];
  if (words !== undefined) {
    const asked = writing.parameter(words);
    if (syntax.dialect === 'sqlite') {
      const index = syntax.quote(name);
      const keys = `${syntax.quote(`${name}_keys`)} k on k."key" = ${index}.rowid`;
      const ids = `select k."id" from ${index} join ${keys} where ${index} match ${asked}`;
      found.push(`${writing.column(alias, 'id')} in (${ids})`);
    } else if (syntax.dialect === 'postgres') {
      found.push(`${searchDocument(entity, `${alias}.`)} @@ plainto_tsquery('simple', ${asked})`);
    } else {
      found.push(`match(${writing.column(alias, searchColumn)}) against (${asked} in boolean mode)`);
    }
  }
  if (pattern !== undefined) {
    found.push(`${writing.column(alias, searchColumn)} regexp ${writing.parameter(pattern)}`);
  }
  return found.join(' and ');
}
