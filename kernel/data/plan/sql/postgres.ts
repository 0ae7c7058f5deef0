import type { Entry, Syntax } from './syntax.ts';

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Name of a nested row: one that no column can have, which would be taken for it. */
const row = '"backplane:row"';

const columns = (entries: readonly Entry[]): string =>
  entries.map(([name, expression]) => `${expression} as ${quote(name)}`).join(', ');

export const postgres: Syntax = {
  dialect: 'postgres',
  quote,
  placeholder: (number) => `$${number}`,
  isIn: (expression, list) => `${expression} = any(${list})`,
  encodeList: undefined,
  contains: (expression, part) => `strpos(${expression}, ${part}) > 0`,
  // NULL is greater than any value here unless said otherwise; an index serves it only where it has to be said of neither.
  orderTerm: (expression, descending, nullable) =>
    `${expression} ${descending ? 'desc' : 'asc'}` +
    (nullable ? ` nulls ${descending ? 'last' : 'first'}` : ''),
  rowValues: true,
  list: ({ entries, from, where, order, limit, offset }) =>
    `select ${columns(entries)} from ${from}${where === undefined ? '' : ` where ${where}`} order by ${order} limit ${limit}` +
    (offset === undefined ? '' : ` offset ${offset}`),
  one({ entries, from, where, order }) {
    const first = order === '' ? '' : ` order by ${order} limit 1`;
    return `(select row_to_json(${row}) from (select ${columns(entries)} from ${from} where ${where}${first}) ${row})`;
  },
  many({ entries, from, where, order, limit }) {
    const rows = `select ${columns(entries)} from ${from} where ${where} order by ${order} limit ${limit}`;
    return `(select json_agg(${row}) from (${rows}) ${row})`;
  },
  pivotColumn: (_alias, pivotAlias, column) => `${pivotAlias}.${quote(column)}`,
  // Not json_build_object, which takes but fifty names.
  object: (entries) => `(select row_to_json(${row}) from (select ${columns(entries)}) ${row})`,
  nested: (expression) => expression,
  byRow: ' offset 0',
  unindexed: (column) => column,
  indifferent: (parameter) => parameter,
  first: (limit) => `limit ${limit}`,
  distance: (column, vector, distance) =>
    `${column}::text::vector ${distance === 'l2' ? '<->' : '<=>'} ${vector}::vector`,
  double: (expression) => `${expression}::double precision`,
};
