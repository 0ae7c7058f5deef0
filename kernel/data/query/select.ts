import type { EntityModel } from '../model/entity-model.ts';
import { type EntityRow, setRelation } from '../model/row.ts';
import { applyFilter, relatedRows } from './filter.ts';
import { applyOrder } from './ordering.ts';
import { type Place, queryInvalid, rootOf } from './place.ts';
import type { Builder, QueryState } from './state.ts';
import { knexStatement, type Statement } from './statement.ts';

/** A SELECT that is put together, and how its rows are read. */
export interface Selection {
  readonly builder: Builder;
  readonly place: Place;
  readonly read: (record: Readonly<Record<string, unknown>>) => EntityRow;
}

type Read = (row: EntityRow, record: Readonly<Record<string, unknown>>) => void;

/** The rows of a query with their fields, counts and joined relations; without order and limits. */
export function selectRows(model: EntityModel, state: QueryState): Selection {
  const place = rootOf(model);
  const builder: Builder = model.class.query(model.database.knex);
  builder.select(model.codecs.map(({ field }) => `${place.alias}.${field.column}`));
  const reads = [...joinRelations(builder, place, state), ...countRelations(builder, place, state)];
  applyFilter(builder, place, state);
  return {
    builder,
    place,
    read(record) {
      const row = model.fromColumns(record);
      for (const read of reads) read(row, record);
      return row;
    },
  };
}

/** The same, in its order and within its limits, as a statement. */
export function pageStatement(
  model: EntityModel,
  { builder, place }: Selection,
  state: QueryState,
): Statement {
  applyOrder(builder, place, state.orders);
  const query = builder.toKnexQuery();
  const { limit, offset = 0 } = state;
  // As a number in the text: SQLite prepares a statement anew whenever the parameter of its limit is set.
  if (limit !== undefined) query.limit(limit, { skipBinding: true });
  if (offset > 0) query.offset(offset);
  return knexStatement(model.database, query);
}

function joinRelations(builder: Builder, place: Place, { includes }: QueryState): readonly Read[] {
  return [...includes].filter(([, { joined }]) => joined).map(([name]) => joinRelation(builder, place, name));
}

function joinRelation(builder: Builder, place: Place, name: string): Read {
  const { relation, target } = place.model.relation(name);
  if (relation.kind !== 'belongsTo' && relation.kind !== 'hasOne') {
    throw queryInvalid(
      place.model,
      `"${name}" leads to many rows, which a join would multiply. Use .with('${name}').`,
    );
  }
  const alias = place.aliases.next();
  const [own, theirs] =
    relation.kind === 'belongsTo'
      ? [place.model.field(relation.key).column, 'id']
      : ['id', target.field(relation.key).column];
  builder.leftJoin(`${target.schema.table} as ${alias}`, (join) => {
    join.on(`${alias}.${theirs}`, `${place.alias}.${own}`);
    if (target.schema.softDelete) join.andOnNull(`${alias}.deleted_at`);
  });
  const prefix = `${alias}:`;
  builder.select(target.codecs.map(({ field }) => `${alias}.${field.column} as ${prefix}${field.column}`));
  return (row, record) => {
    const id = record[`${prefix}id`];
    const found = id === null || id === undefined ? null : target.fromColumns(record, prefix);
    setRelation(row, name, found);
  };
}

function countRelations(builder: Builder, place: Place, { counts }: QueryState): readonly Read[] {
  return [...counts].map(([name, state], index): Read => {
    const column = `count:${index}`;
    builder.select(relatedRows(place, name, state).count().as(column));
    return (row, record) => {
      row[`${name}Count`] = Number(record[column]);
    };
  });
}
