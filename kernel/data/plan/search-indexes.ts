import { BackplaneError } from '../../errors.ts';
import type { Database } from '../database/database.ts';
import type { Dialect } from '../database/dialect.ts';
import type { EntitySchema } from '../entity/entity-schema.ts';
import { searchName } from '../table/search.ts';
import type { IndexedSearch, SearchMethod } from './search-plan.ts';

/**
 * Knows which entities have a search index in a database, and how to ask it. Remembered is only what is there: another
 * process may make an index at any time, and to look for one costs nothing beside a search without.
 */
export class SearchIndexes {
  readonly #database: Database;
  readonly #methods = new Map<string, Promise<SearchMethod>>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Does a search; once more, where it turns out that the index has gone meanwhile. */
  async search<Result>(
    entity: EntitySchema,
    work: (method: SearchMethod) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await work(await this.#methodFor(entity));
    } catch (error) {
      if (!lacksSearchIndex(causeOf(error), entity, this.#database.dialect)) throw error;
      this.#methods.delete(entity.name);
      return work(await this.#methodFor(entity));
    }
  }

  #methodFor(entity: EntitySchema): Promise<SearchMethod> {
    const known = this.#methods.get(entity.name);
    if (known !== undefined) return known;
    const found = this.#find(entity);
    this.#methods.set(entity.name, found);
    const forget = (): boolean => this.#methods.delete(entity.name);
    found.then((method) => method === 'scan' && forget(), forget);
    return found;
  }

  async #find(entity: EntitySchema): Promise<SearchMethod> {
    const name = searchName(entity.table);
    switch (this.#database.dialect) {
      case 'sqlite': {
        const sql = `select 1 as found from sqlite_master where type = 'table' and name = ?`;
        const found = await this.#database.run(sql, [name]);
        return found.length === 0 ? 'scan' : { write: (words) => ({ words: quoted(words) }) };
      }
      case 'postgres': {
        const sql = 'select 1 as found where to_regclass(quote_ident($1)) is not null';
        const found = await this.#database.run(sql, [name]);
        return found.length === 0 ? 'scan' : { write: (words) => ({ words: words.join(' ') }) };
      }
      case 'mysql': {
        const sql =
          'select @@innodb_ft_min_token_size as shortest from information_schema.statistics where table_schema = database() and table_name = ? and index_name = ? limit 1';
        const [found] = await this.#database.run(sql, [entity.table, name]);
        const shortest = Number(found?.shortest ?? 0);
        return found === undefined ? 'scan' : { write: (words) => inBooleanMode(words, shortest) };
      }
      case 'mssql':
        return 'scan';
    }
  }
}

/** Did a statement fail because the search index that it asks is not there any more? On PostgreSQL it would go on without. */
function lacksSearchIndex(error: unknown, entity: EntitySchema, dialect: Dialect): boolean {
  if (!(error instanceof Error)) return false;
  if (dialect === 'sqlite') return error.message.includes(`no such table: ${searchName(entity.table)}`);
  // Of MariaDB: no FULLTEXT index, and no column of that name.
  return dialect === 'mysql' && 'errno' in error && (error.errno === 1191 || error.errno === 1054);
}

/** FTS5 takes what stands in quotes for words, whatever they say. */
function quoted(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(' ');
}

/** Words that InnoDB leaves out of its indexes (information_schema.innodb_ft_default_stopword). */
const common = new Set(
  'a about an are as at be by com de en for from how i in is it la of on or that the this to und was what when where who will with www'.split(
    ' ',
  ),
);
const longest = 84;
const letter = '[\\p{L}\\p{N}\\p{M}]';

/** The index holds neither common words nor those that are very short or long: they are looked for in the text. */
function inBooleanMode(words: readonly string[], shortest: number): IndexedSearch {
  const isHeld = (word: string): boolean => {
    const { length } = [...word];
    return length >= shortest && length <= longest && !common.has(word);
  };
  const held = words.filter(isHeld).map((word) => `+${word}`);
  const others = words.filter((word) => !isHeld(word));
  return {
    ...(held.length === 0 ? {} : { words: held.join(' ') }),
    ...(others.length === 0
      ? {}
      : { pattern: `(?s)^${others.map((word) => `(?=.*(?<!${letter})${word}(?!${letter}))`).join('')}` }),
  };
}

/** What the database said, where it is told in words of the catalogue. */
function causeOf(error: unknown): unknown {
  return error instanceof BackplaneError && error.code === 'DATABASE_OUTDATED' ? error.cause : error;
}
