import { searchName } from '../../table/search.ts';
import type { Statement } from './statement.ts';
import type { Target } from './target.ts';

const events = ['insert', 'update', 'delete'] as const;

/** The triggers by which the search index of a table follows it. They go with the table when it is dropped. */
export function searchTriggerNames(table: string): readonly string[] {
  return events.map((event) => `${searchName(table)}_${event}`);
}

/**
 * FTS5 without a copy of the texts. It knows rows by numbers, and those that SQLite gives to rows of itself may change with
 * VACUUM: hence a table that numbers the ids. It is filled after its triggers are there, so that no row that is written
 * meanwhile is missed; filling it again harms nothing.
 */
export function createSqliteSearch(
  table: string,
  columns: readonly string[],
  target: Target,
): readonly Statement[] {
  const names = namesFor(table, target);
  const { source, index, keys } = names;
  const places = columns.map((_, place) => `c${place}`).join(', ');
  const values = columns.map((column) => `t.${target.knex.ref(column)}`).join(', ');
  return [
    {
      sql: `create table ${keys} ("key" integer primary key, "id" text not null unique)`,
      effect: { kind: 'table', table: names.keysName, name: names.keysName, present: true },
    },
    {
      sql: `create virtual table ${index} using fts5(${places}, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0')`,
      effect: { kind: 'table', table: names.indexName, name: names.indexName, present: true },
    },
    ...createSearchTriggers(table, columns, target),
    { sql: `insert or ignore into ${keys} ("id") select "id" from ${source}` },
    {
      sql: `insert or replace into ${index} (rowid, ${places}) select k."key", ${values} from ${source} t join ${keys} k on k."id" = t."id"`,
    },
  ];
}

export function createSearchTriggers(
  table: string,
  columns: readonly string[],
  target: Target,
): readonly Statement[] {
  const { source, index, keys } = namesFor(table, target);
  const quoted = columns.map((column) => target.knex.ref(column).toString());
  const places = columns.map((_, place) => `c${place}`);
  const values = quoted.map((column) => `new.${column}`);
  const keyOf = (row: 'new' | 'old'): string => `(select "key" from ${keys} where "id" = ${row}."id")`;
  const work: Readonly<Record<(typeof events)[number], { when: string; does: readonly string[] }>> = {
    insert: {
      when: 'insert',
      does: [
        `insert into ${keys} ("id") values (new."id")`,
        `insert into ${index} (rowid, ${places.join(', ')}) values (${keyOf('new')}, ${values.join(', ')})`,
      ],
    },
    update: {
      when: `update of ${quoted.join(', ')}`,
      does: [
        `update ${index} set ${places.map((place, at) => `${place} = ${values[at]}`).join(', ')} where rowid = ${keyOf('new')}`,
      ],
    },
    delete: {
      when: 'delete',
      does: [
        `delete from ${index} where rowid = ${keyOf('old')}`,
        `delete from ${keys} where "id" = old."id"`,
      ],
    },
  };
  return events.map((event): Statement => {
    const name = `${searchName(table)}_${event}`;
    const { when, does } = work[event];
    return {
      sql: `create trigger ${target.knex.ref(name)} after ${when} on ${source} begin ${does.join('; ')}; end`,
      effect: { kind: 'trigger', table, name, present: true },
    };
  });
}

export function dropSqliteSearch(table: string, target: Target): readonly Statement[] {
  const { index, keys, indexName, keysName } = namesFor(table, target);
  return [
    ...searchTriggerNames(table).map(
      (name): Statement => ({
        sql: `drop trigger ${target.knex.ref(name)}`,
        effect: { kind: 'trigger', table, name, present: false },
      }),
    ),
    {
      sql: `drop table ${index}`,
      effect: { kind: 'table', table: indexName, name: indexName, present: false },
    },
    { sql: `drop table ${keys}`, effect: { kind: 'table', table: keysName, name: keysName, present: false } },
  ];
}

function namesFor(table: string, { knex }: Target) {
  const indexName = searchName(table);
  const keysName = `${indexName}_keys`;
  const quote = (name: string): string => knex.ref(name).toString();
  return { source: quote(table), index: quote(indexName), keys: quote(keysName), indexName, keysName };
}
