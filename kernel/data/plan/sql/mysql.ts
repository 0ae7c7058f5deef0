import { sqlType } from '../../database/column-type.ts';
import type { ColumnType } from '../../entity/field.ts';
import type { Syntax } from './syntax.ts';

const quote = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

const object: Syntax['object'] = (entries) =>
  `json_object(${entries.map(([name, expression]) => `'${name}', ${expression}`).join(', ')})`;

/** MariaDB. It can order and limit inside of JSON_ARRAYAGG, and so do without the LATERAL that it lacks. */
export const mysql: Syntax = {
  dialect: 'mysql',
  quote,
  placeholder: () => '?',
  isIn: (expression, list, type) =>
    `${expression} in (select value from json_table(${list}, '$[*]' columns (value ${listType(type)} path '$')) as list)`,
  encodeList: JSON.stringify,
  contains: (expression, part) => `locate(${part}, ${expression}) > 0`,
  orderTerm: (expression, descending) => `${expression} ${descending ? 'desc' : 'asc'}`,
  rowValues: false,
  list: ({ entries, from, where, order, limit, offset }) =>
    `select ${entries.map(([name, expression]) => `${expression} as ${quote(name)}`).join(', ')} ` +
    `from ${from}${where === undefined ? '' : ` where ${where}`} order by ${order} limit ${limit}` +
    (offset === undefined ? '' : ` offset ${offset}`),
  one({ entries, from, where, order }) {
    const first = order === '' ? '' : ` order by ${order} limit 1`;
    return `(select ${object(entries)} from ${from} where ${where}${first})`;
  },
  many: ({ entries, from, where, order, limit }) =>
    `(select json_arrayagg(${object(entries)} order by ${order} limit ${limit}) from ${from} where ${where})`,
  pivotColumn: (_alias, pivotAlias, column) => `${pivotAlias}.${quote(column)}`,
  object,
  nested(expression, { kind }) {
    if (kind === 'json' || kind === 'vector') return `json_compact(${expression})`;
    // All texts of an object must have one collation, and that of JSON cannot be another.
    return kind === 'string' || kind === 'text' ? `${expression} collate utf8mb4_bin` : expression;
  },
  byRow: ' limit 1',
  unindexed: (column) => column,
  indifferent: (parameter) => parameter,
  first: (limit) => `limit ${limit}`,
  distance: undefined,
  double: (expression) => `(${expression} + 0e0)`,
};

/** A value of a list may be longer than the column that it is looked for in. */
function listType(type: ColumnType): string {
  return sqlType(type.kind === 'string' ? { kind: 'text' } : type, 'mysql');
}
