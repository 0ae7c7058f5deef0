import type { EntitySchema } from '../../entity/entity-schema.ts';
import type { SearchPredicate } from '../plan.ts';
import type { Writing } from './writing.ts';

export function indexedSearchSql(
  _writing: Writing,
  _entity: EntitySchema,
  _alias: string,
  _predicate: SearchPredicate,
): string {
  throw new TypeError('later');
}
