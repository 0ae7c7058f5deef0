import type { EntityCatalog } from '../../entity/catalog.ts';
import type { EntitySchema } from '../../entity/entity-schema.ts';
import type { IncludePlan, ListPlan, NearPlan, OrderTerm, Predicate } from '../plan.ts';
import { joinOf } from './join.ts';
import { keysetSql } from './keyset.ts';
import { whereSql } from './predicate.ts';
import type { Entry, Syntax } from './syntax.ts';
import { fieldNamed, type Statement, Writing } from './writing.ts';

/** Name of the column that holds the value of a term of the order where it is no field of the result. */
export function keyName(index: number): string {
  return `key ${index}`;
}

/** The statement of a list: one more row than wanted, which tells whether there are more. */
export function listSql(catalog: EntityCatalog, syntax: Syntax, plan: ListPlan): Statement {
  const writing = new Writing(catalog, syntax);
  const entity = catalog.get(plan.source.entity);
  const alias = writing.alias();
  const { keyset, order } = plan;
  const inOrder = orderSql(writing, entity, alias, order, keyset?.side === 'before');
  const side = keyset === undefined ? [] : [keysetSql(writing, entity, alias, order, keyset)];
  const names = selectedNames(entity, plan.fields);
  const entries: Entry[] = [
    ...names.map((name): Entry => [name, writing.column(alias, fieldNamed(entity, name).column)]),
    ...hiddenKeys(order, names).map(
      ([index, { field }]): Entry => [
        keyName(index),
        writing.column(alias, fieldNamed(entity, field).column),
      ],
    ),
    ...plan.includes.map((include): Entry => [include.relation, includeSql(writing, entity, alias, include)]),
  ];
  return writing.finish(
    syntax.list({
      alias,
      entries,
      from: writing.table(entity.table, alias),
      where: whereSql(writing, alias, plan.source, plan.where, side, looksForUnique(entity, plan)),
      order:
        plan.near === undefined ? inOrder : `${distanceSql(writing, entity, alias, plan.near)}, ${inOrder}`,
      limit: plan.limit + 1,
      offset: plan.offset === undefined ? undefined : writing.parameter(plan.offset),
      hasNested: plan.includes.length > 0,
    }),
  );
}

/** The statement that reads ids and vectors of all rows, for databases that cannot compare these. */
export function vectorsSql(
  catalog: EntityCatalog,
  syntax: Syntax,
  plan: ListPlan,
  near: NearPlan,
): Statement {
  const writing = new Writing(catalog, syntax);
  const entity = catalog.get(plan.source.entity);
  const alias = writing.alias();
  const vector = writing.column(alias, fieldNamed(entity, near.field).column);
  const where = whereSql(writing, alias, plan.source, plan.where);
  return writing.finish(
    `select ${writing.column(alias, 'id')} as id, ${vector} as vector from ${writing.table(entity.table, alias)} where ${where ?? '1 = 1'}`,
  );
}

function distanceSql(
  writing: Writing,
  entity: EntitySchema,
  alias: string,
  { field: name, vector, distance }: NearPlan,
): string {
  const field = fieldNamed(entity, name);
  const order = writing.syntax.distance;
  if (order === undefined) throw new TypeError(`${writing.syntax.dialect} cannot compare vectors.`);
  return order(writing.column(alias, field.column), writing.value(field, vector), distance);
}

/**
 * Does the list look for values that are unique? Only then is an index of these of any use: SQLite, where it has no
 * statistics, would otherwise read all of a soft-deleting table by it, since it holds no deleted rows, and sort them.
 */
function looksForUnique(entity: EntitySchema, { source, where }: ListPlan): boolean {
  const unique = new Set([
    ...[...entity.fields.values()].filter((field) => field.unique).map(({ name }) => name),
    ...entity.indexes.filter((index) => index.unique).flatMap(({ fields }) => fields),
  ]);
  const looks = (predicate: Predicate | undefined): boolean => {
    if (predicate === undefined) return false;
    if (predicate.kind === 'all') return predicate.of.some(looks);
    return 'field' in predicate && unique.has(predicate.field);
  };
  return looks(where) || looks(source.access);
}

/** The fields that a result has. */
export function selectedNames(
  entity: EntitySchema,
  fields: readonly string[] | undefined,
): readonly string[] {
  return fields ?? [...entity.fields.values()].filter(({ readable }) => readable).map(({ name }) => name);
}

/** The terms of the order that are no field of the result, with their places. */
export function hiddenKeys(
  order: readonly OrderTerm[],
  names: readonly string[],
): readonly (readonly [number, OrderTerm])[] {
  return [...order.entries()].filter(([, { field }]) => !names.includes(field));
}

export function orderSql(
  writing: Writing,
  entity: EntitySchema,
  alias: string,
  order: readonly OrderTerm[],
  backwards: boolean,
): string {
  return order
    .map(({ field: name, descending }) => {
      const { column, nullable } = fieldNamed(entity, name);
      return writing.syntax.orderTerm(writing.column(alias, column), descending !== backwards, nullable);
    })
    .join(', ');
}

/** A relation as an expression: JSON of its row or rows. */
function includeSql(writing: Writing, entity: EntitySchema, alias: string, plan: IncludePlan): string {
  const { syntax } = writing;
  const { relation, from, alias: other, pivotAlias, on } = joinOf(writing, entity, alias, plan.relation);
  const target = writing.catalog.get(plan.source.entity);
  const fields = selectedNames(target, plan.fields).map((name): Entry => {
    const { column, type } = fieldNamed(target, name);
    return [name, syntax.nested(writing.column(other, column), type)];
  });
  const pivotFields =
    relation.kind === 'manyToMany'
      ? [...relation.pivot.fields.values()].filter(({ readable }) => readable)
      : [];
  const pivot: Entry[] =
    pivotAlias === undefined || pivotFields.length === 0
      ? []
      : [
          [
            'pivot',
            syntax.object(
              pivotFields.map(({ name, column, type }) => [
                name,
                syntax.nested(syntax.pivotColumn(other, pivotAlias, column), type),
              ]),
            ),
          ],
        ];
  const nested = plan.includes.map(
    (include): Entry => [include.relation, includeSql(writing, target, other, include)],
  );
  const parts = {
    alias: other,
    entries: [...fields, ...pivot, ...nested],
    from,
    where: whereSql(writing, other, plan.source, plan.where, [on]) ?? on,
    order: relation.kind === 'belongsTo' ? '' : orderSql(writing, target, other, plan.order, false),
    limit: plan.limit,
    pivot:
      pivotAlias === undefined
        ? undefined
        : { alias: pivotAlias, columns: pivotFields.map(({ column }) => column) },
  };
  const isMany = relation.kind === 'hasMany' || relation.kind === 'manyToMany';
  return isMany ? syntax.many(parts) : syntax.one(parts);
}
