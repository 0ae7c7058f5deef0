import type { EntitySchema } from '../entity/entity-schema.ts';
import { longestPattern } from '../query/like-pattern.ts';
import { never, type Predicate } from './plan.ts';
import { type Planning, place } from './planning.ts';
import { wordsOf } from './words.ts';

/** How an entity's words are looked for in the database at hand. `scan`: it has no index for them. */
export type SearchMethod = 'scan' | { readonly write: (words: readonly string[]) => IndexedSearch };

/** Words in the language of an index; those that it does not hold as a pattern for the text. */
export interface IndexedSearch {
  readonly words?: string;
  readonly pattern?: string;
}

/** Plans a search: all words must occur, in any of the entity's searched fields. */
export function planSearch(
  planning: Planning,
  entity: EntitySchema,
  search: unknown,
  method: SearchMethod,
): Predicate {
  const { limits, faults } = planning;
  if (entity.search.length === 0) {
    faults.invalid(entity.name, 'search', 'It cannot be searched: its definition names no fields to search.');
    return never;
  }
  if (typeof search !== 'string' || !search.isWellFormed()) {
    faults.invalid(entity.name, 'search', 'It must be a text.');
    return never;
  }
  if (search.length > longestPattern) {
    faults.invalid(entity.name, 'search', `Give ${longestPattern} characters at most.`);
    return never;
  }
  const words = wordsOf(search);
  if (words.length > limits.searchWords) {
    faults.invalid(entity.name, 'search', `Give ${limits.searchWords} words at most.`);
    return never;
  }
  if (words.length === 0) return never;
  if (method === 'scan') {
    return { kind: 'search', by: 'scan', words: words.map((word) => place(planning, word)) };
  }
  const { words: indexed, pattern } = method.write(words);
  return {
    kind: 'search',
    by: 'index',
    ...(indexed === undefined ? {} : { words: place(planning, indexed) }),
    ...(pattern === undefined ? {} : { pattern: place(planning, pattern) }),
  };
}
