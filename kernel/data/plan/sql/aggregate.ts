import type { EntityCatalog } from '../../entity/catalog.ts';
import type { AggregatePlan, Calculation } from '../plan.ts';
import { whereSql } from './predicate.ts';
import type { Syntax } from './syntax.ts';
import { fieldNamed, type Statement, Writing } from './writing.ts';

/** Name of the column of a result of a calculation. */
export function calculationName({ function: name, field }: Calculation): string {
  return `${name} ${field}`;
}

/** The statement of an aggregate: a row for each group, in the order of the groups' values, NULL first. */
export function aggregateSql(catalog: EntityCatalog, syntax: Syntax, plan: AggregatePlan): Statement {
  const writing = new Writing(catalog, syntax);
  const entity = catalog.get(plan.source.entity);
  const alias = writing.alias();
  const column = (name: string): string => writing.column(alias, fieldNamed(entity, name).column);
  const groups = plan.groupBy.map(column);
  const columns = [
    ...plan.groupBy.map((name, index) => `${groups[index]} as ${syntax.quote(name)}`),
    ...(plan.count ? [`count(*) as ${syntax.quote('count')}`] : []),
    ...plan.calculations.map((calculation) => {
      const { function: name, field } = calculation;
      // The mean of whole numbers is none, and dialects disagree on how many digits it has unless it is a double. A sum may
      // be more than the whole numbers of SQLite hold.
      const value = name === 'avg' || name === 'sum' ? syntax.double(column(field)) : column(field);
      return `${name}(${value}) as ${syntax.quote(calculationName(calculation))}`;
    }),
  ];
  const where = whereSql(writing, alias, plan.source, plan.where);
  const order = plan.groupBy.map((name, index) =>
    syntax.orderTerm(String(groups[index]), false, fieldNamed(entity, name).nullable),
  );
  const text =
    `select ${columns.join(', ')} from ${writing.table(entity.table, alias)}` +
    (where === undefined ? '' : ` where ${where}`) +
    (groups.length === 0 ? '' : ` group by ${groups.join(', ')} order by ${order.join(', ')}`);
  return writing.finish(groups.length === 0 ? text : `${text} ${syntax.first(plan.limit)}`);
}
