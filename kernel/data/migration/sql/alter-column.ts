import { codecOf } from '../../database/column-codec.ts';
import { sqlType } from '../../database/column-type.ts';
import { literal } from '../../table/build.ts';
import type { Column, Table } from '../../table/table.ts';
import { columnNamed, dropDefault } from './column-statements.ts';
import type { Statement } from './statement.ts';
import type { Target } from './target.ts';

/**
 * Changes a column. Each statement may run again. NULLs get the default first, when it may be NULL no longer.
 * SQLite has no such statement: see rebuild-statements.ts.
 */
export function alterColumn(from: Table, to: Table, name: string, target: Target): readonly Statement[] {
  const old = columnNamed(from, name);
  const column = columnNamed(to, name);
  if (old === undefined || column === undefined) return [];
  const { knex, dialect } = target;
  const table = knex.ref(to.name);
  const quoted = knex.ref(name);
  const value = defaultOf(column, target);
  const fill =
    old.nullable && !column.nullable && value !== undefined
      ? [{ sql: `update ${table} set ${quoted} = ${value} where ${quoted} is null` }]
      : [];
  const type = sqlType(column.type, dialect);
  const required = column.nullable ? 'null' : 'not null';
  switch (dialect) {
    case 'postgres':
      return [...fill, { sql: `alter table ${table} ${postgresParts(old, column, target).join(', ')}` }];
    case 'mysql': {
      const text = `${quoted} ${type} ${required}${value === undefined ? '' : ` default ${value}`}`;
      return [...fill, { sql: `alter table ${table} modify column ${text}` }];
    }
    default:
      return [
        ...fill,
        { sql: dropDefault(knex, to.name, name) },
        { sql: `alter table ${table} alter column ${quoted} ${type} ${required}` },
        ...(value === undefined ? [] : [{ sql: `alter table ${table} add default ${value} for ${quoted}` }]),
      ];
  }
}

function postgresParts(old: Column, column: Column, target: Target): readonly string[] {
  const part = `alter column ${target.knex.ref(column.name)}`;
  const type = sqlType(column.type, 'postgres');
  const changes = type !== sqlType(old.type, 'postgres');
  const value = defaultOf(column, target);
  return [
    // A default that does not fit the new type would stand in its way.
    `${part} drop default`,
    ...(changes ? [`${part} type ${type}${castOf(old, column, target)}`] : []),
    ...(value === undefined ? [] : [`${part} set default ${value}`]),
    `${part} ${column.nullable ? 'drop' : 'set'} not null`,
  ];
}

/** To text PostgreSQL goes by itself, and refuses what is too long; a cast would cut it. */
function castOf(old: Column, { name, type }: Column, { knex }: Target): string {
  if (old.type.kind === type.kind || type.kind === 'string' || type.kind === 'text') return '';
  const [bare = ''] = sqlType(type, 'postgres').split(' collate ');
  // Between booleans and 64-bit numbers there is no direct way.
  const viaInteger = [old.type.kind, type.kind].sort().join() === 'boolean,integer' ? '::integer' : '';
  return ` using ${knex.ref(name)}${viaInteger}::${bare}`;
}

/** As text in SQL; `undefined` when there is none. */
export function defaultOf(column: Column, { dialect }: Pick<Target, 'dialect'>): string | undefined {
  if (column.default === undefined) return undefined;
  const { encode } = codecOf(column.type, dialect);
  return literal(encode ? encode(column.default) : column.default, dialect);
}
