import type { EntitySchema, ResolvedRelation } from '../../entity/entity-schema.ts';
import { fieldNamed, type Writing } from './writing.ts';

/** The tables at the other end of a relation, and what ties them to this one. */
export interface Join {
  readonly relation: ResolvedRelation;
  readonly from: string;
  /** Of the target. */
  readonly alias: string;
  /** Of the table between, if there is one. */
  readonly pivotAlias: string | undefined;
  readonly on: string;
}

/** @param alias of the table that the relation starts from */
export function joinOf(writing: Writing, entity: EntitySchema, alias: string, name: string): Join {
  const relation = entity.relations.get(name);
  if (relation === undefined)
    throw new TypeError(`The plan names a relation "${name}" that ${entity.name} lacks.`);
  const target = writing.catalog.get(relation.target);
  const other = writing.alias();
  const from = writing.table(target.table, other);
  if (relation.kind === 'manyToMany') {
    const pivotAlias = writing.alias();
    const { pivot, ownColumn, targetColumn } = relation;
    return {
      relation,
      alias: other,
      pivotAlias,
      from:
        `${writing.table(pivot.table, pivotAlias)} join ${from} ` +
        `on ${writing.column(other, 'id')} = ${writing.column(pivotAlias, targetColumn)}`,
      on: `${writing.column(pivotAlias, ownColumn)} = ${writing.column(alias, 'id')}`,
    };
  }
  const on =
    relation.kind === 'belongsTo'
      ? `${writing.column(other, 'id')} = ${writing.column(alias, fieldNamed(entity, relation.key).column)}`
      : `${writing.column(other, fieldNamed(target, relation.key).column)} = ${writing.column(alias, 'id')}`;
  return { relation, alias: other, pivotAlias: undefined, from, on };
}
