import type { Dialect } from '../../database/dialect.ts';
import type { Row } from '../../database/driver.ts';
import type { EntityCatalog } from '../../entity/catalog.ts';
import type { Predicate, Source } from '../plan.ts';
import { whereSql } from './predicate.ts';
import type { Syntax } from './syntax.ts';
import { type Statement, Writing } from './writing.ts';

/** `explained`: as many rows as the database expects, which it says without reading them. */
export type CountMethod = 'exact' | 'explained';

/** How an estimate is made: by statistics where the database has them, otherwise exactly. */
export function estimateOf(dialect: Dialect): CountMethod {
  return dialect === 'postgres' || dialect === 'mysql' ? 'explained' : 'exact';
}

/** The statement that counts rows, or has the database explain how it would read them. */
export function countSql(
  catalog: EntityCatalog,
  syntax: Syntax,
  source: Source,
  where: Predicate | undefined,
  method: CountMethod,
): Statement {
  const writing = new Writing(catalog, syntax);
  const alias = writing.alias();
  const conditions = whereSql(writing, alias, source, where);
  const rest =
    `from ${writing.table(catalog.get(source.entity).table, alias)}` +
    (conditions === undefined ? '' : ` where ${conditions}`);
  if (method === 'exact') return writing.finish(`select count(*) as count ${rest}`);
  const explain = syntax.dialect === 'postgres' ? 'explain (format json)' : 'explain extended';
  return writing.finish(`${explain} select 1 ${rest}`);
}

/** The number that the rows of such a statement say. */
export function readCount(rows: readonly Row[], method: CountMethod, dialect: Dialect): number {
  const [first] = rows;
  if (method === 'exact') return Number(first?.count);
  return dialect === 'postgres' ? plannedRows(first?.['QUERY PLAN']) : joinedRows(rows);
}

/** PostgreSQL: of the outermost node of the plan. */
function plannedRows(plan: unknown): number {
  const nodes: unknown = typeof plan === 'string' ? JSON.parse(plan) : plan;
  const [first] = Array.isArray(nodes) ? nodes : [];
  return Number(first?.Plan?.['Plan Rows'] ?? 0);
}

/** MariaDB: a line for each table, whose rows multiply. Those of subqueries have other ids. */
function joinedRows(lines: readonly Row[]): number {
  const rows = lines
    .filter(({ id }) => Number(id) === 1)
    .map(({ rows: read, filtered }) => (Number(read ?? 0) * Number(filtered ?? 100)) / 100);
  return rows.length === 0 ? 0 : Math.round(rows.reduce((product, one) => product * one, 1));
}
