import { addKey } from '../../table/build.ts';
import type { ForeignKey } from '../../table/table.ts';
import type { Statement } from './statement.ts';
import type { Target } from './target.ts';

export function addForeignKey(table: string, key: ForeignKey, { knex }: Target): Statement {
  const [sql = ''] = knex.schema
    .alterTable(table, (made) => addKey(made, key))
    .toSQL()
    .map((one) => one.sql);
  return { sql, effect: { kind: 'foreign key', table, name: key.name, present: true } };
}

export function dropForeignKey(table: string, name: string, { knex, dialect }: Target): readonly Statement[] {
  const quoted = knex.ref(table);
  const word = dialect === 'mysql' ? 'foreign key' : 'constraint';
  const drop: Statement = {
    sql: `alter table ${quoted} drop ${word} ${knex.ref(name)}`,
    effect: { kind: 'foreign key', table, name, present: false },
  };
  // MariaDB makes an index for a key that finds none, and leaves it behind.
  return dialect === 'mysql'
    ? [drop, { sql: `alter table ${quoted} drop index if exists ${knex.ref(name)}` }]
    : [drop];
}
