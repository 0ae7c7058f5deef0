import type { EntitySchema } from '../../entity/entity-schema.ts';
import type { SearchPredicate } from '../plan.ts';
import { indexedSearchSql } from './indexed-search.ts';
import { fieldNamed, type Writing } from './writing.ts';

/** Do all words occur in the searched fields? Without an index each must be a part of one of them, in whatever case. */
export function searchSql(
  writing: Writing,
  entity: EntitySchema,
  alias: string,
  predicate: SearchPredicate,
  negated: boolean,
): string {
  const found =
    predicate.by === 'index'
      ? indexedSearchSql(writing, entity, alias, predicate)
      : predicate.words.map((word) => scanSql(writing, entity, alias, word)).join(' and ');
  return negated ? `not (${found})` : `(${found})`;
}

/** Words are letters and digits: nothing in them has a meaning for LIKE. */
function scanSql(writing: Writing, entity: EntitySchema, alias: string, word: number): string {
  const parts = entity.search.map((name) => {
    const column = writing.column(alias, fieldNamed(entity, name).column);
    return `lower(coalesce(${column}, '')) like lower(${writing.parameter(word, (value) => `%${value}%`)})`;
  });
  return `(${parts.join(' or ')})`;
}
