import { sqlType } from '../../database/column-type.ts';
import type { Entry, Syntax } from './syntax.ts';

const quote = (name: string): string => `[${name.replaceAll(']', ']]')}]`;

const columns = (entries: readonly Entry[]): string =>
  entries.map(([name, expression]) => `${expression} as ${quote(name)}`).join(', ');

const json = 'for json path, include_null_values';

/** The parameters are `?`, for which knex puts names. */
export const mssql: Syntax = {
  dialect: 'mssql',
  quote,
  placeholder: () => '?',
  isIn: (expression, list, type) =>
    `${expression} in (select value from openjson(${list}) with (value ${sqlType(type, 'mssql')} '$'))`,
  encodeList: JSON.stringify,
  contains: (expression, part) => `charindex(${part}, ${expression}) > 0`,
  orderTerm: (expression, descending) => `${expression} ${descending ? 'desc' : 'asc'}`,
  rowValues: false,
  list({ entries, from, where, order, limit, offset }) {
    const filtered = where === undefined ? '' : ` where ${where}`;
    const page = `offset ${offset ?? 0} rows fetch next ${limit} rows only`;
    return `select ${columns(entries)} from ${from}${filtered} order by ${order} ${page}`;
  },
  one({ entries, from, where, order }) {
    const rest = `from ${from} where ${where}${order === '' ? '' : ` order by ${order}`}`;
    return `json_query((select top (1) ${columns(entries)} ${rest} ${json}, without_array_wrapper))`;
  },
  many: ({ entries, from, where, order, limit }) =>
    `json_query((select top (${limit}) ${columns(entries)} from ${from} where ${where} order by ${order} ${json}))`,
  pivotColumn: (_alias, pivotAlias, column) => `${pivotAlias}.${quote(column)}`,
  object: (entries) => `json_query((select ${columns(entries)} ${json}, without_array_wrapper))`,
  nested: (expression, { kind }) =>
    kind === 'json' || kind === 'vector' ? `json_query(${expression})` : expression,
  byRow: '',
  unindexed: (column) => column,
  indifferent: (parameter) => parameter,
  first: (limit) => `offset 0 rows fetch next ${limit} rows only`,
  distance: undefined,
  double: (expression) => `cast(${expression} as float)`,
};
