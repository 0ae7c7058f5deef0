import type { Syntax } from './syntax.ts';

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const object: Syntax['object'] = (entries) =>
  `json_object(${entries.map(([name, expression]) => `'${name}', ${expression}`).join(', ')})`;

/**
 * Where relations are read along, the rows are limited first and their relations read then: SQLite would otherwise read
 * them for each row that it sorts. The outer limit keeps it from merging both again.
 */
export const sqlite: Syntax = {
  dialect: 'sqlite',
  quote,
  placeholder: () => '?',
  isIn: (expression, list) => `${expression} in (select value from json_each(${list}))`,
  encodeList: JSON.stringify,
  contains: (expression, part) => `instr(${expression}, ${part}) > 0`,
  orderTerm: (expression, descending) => `${expression} ${descending ? 'desc' : 'asc'}`,
  rowValues: true,
  list({ alias, entries, from, where, order, limit, offset, hasNested }) {
    const columns = entries.map(([name, expression]) => `${expression} as ${quote(name)}`).join(', ');
    const rest =
      `from ${from}${where === undefined ? '' : ` where ${where}`} order by ${order} limit ${limit}` +
      (offset === undefined ? '' : ` offset ${offset}`);
    return hasNested
      ? `select ${columns} from (select ${alias}.* ${rest}) ${alias} limit -1`
      : `select ${columns} ${rest}`;
  },
  one({ entries, from, where, order }) {
    const first = order === '' ? '' : ` order by ${order} limit 1`;
    return `(select ${object(entries)} from ${from} where ${where}${first})`;
  },
  many({ alias, entries, from, where, order, limit, pivot }) {
    const between = (pivot?.columns ?? []).map(
      (column) => `, ${pivot?.alias}.${quote(column)} as ${quote(`pivot.${column}`)}`,
    );
    const rows = `select ${alias}.*${between.join('')} from ${from} where ${where} order by ${order} limit ${limit}`;
    return `(select json_group_array(${object(entries)}) from (${rows}) ${alias})`;
  },
  pivotColumn: (alias, _pivotAlias, column) => `${alias}.${quote(`pivot.${column}`)}`,
  object,
  nested(expression, { kind }) {
    if (kind === 'json') return `json(${expression})`;
    // Of NULL it makes an empty text.
    return kind === 'vector' ? `nullif(hex(${expression}), '')` : expression;
  },
  // Without it SQLite makes a join of it, which for one row takes several times as long.
  byRow: ' limit 1',
  unindexed: (column) => `+${column}`,
  // With statistics SQLite would prepare the statement anew for each value that it bounds an index with.
  indifferent: (parameter) => `+${parameter}`,
  first: (limit) => `limit ${limit}`,
  distance(column, vector, distance) {
    const between = `vec_distance_${distance === 'l2' ? 'L2' : 'cosine'}(${column}, ${vector})`;
    return `${between} is null, ${between}`;
  },
  double: (expression) => `cast(${expression} as real)`,
};
