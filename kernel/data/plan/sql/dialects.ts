import type { Dialect } from '../../database/dialect.ts';
import { mssql } from './mssql.ts';
import { mysql } from './mysql.ts';
import { postgres } from './postgres.ts';
import { sqlite } from './sqlite.ts';
import type { Syntax } from './syntax.ts';

const all: Readonly<Record<Dialect, Syntax>> = { sqlite, postgres, mysql, mssql };

export function syntaxOf(dialect: Dialect): Syntax {
  return all[dialect];
}
