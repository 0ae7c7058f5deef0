import type { ResolvedRelation, ThroughPivot } from '../entity/entity-schema.ts';
import type { EntityModel } from '../model/entity-model.ts';
import { fieldCodec } from '../model/field-codec.ts';
import { pivotPrefix } from '../model/relation-mappings.ts';
import { type EntityRow, setRelation } from '../model/row.ts';
import { type Related, rowsOfParents } from './parents.ts';
import type { Include, QueryState } from './state.ts';

/**
 * Loads relations into rows, and the relations of those: one statement for each relation, however many rows there are.
 * One after another, since all may belong to one transaction, which has one connection.
 */
export async function loadRelations(
  model: EntityModel,
  rows: readonly EntityRow[],
  includes: ReadonlyMap<string, Include>,
): Promise<void> {
  if (rows.length === 0) return;
  for (const [name, { state, joined }] of includes) {
    const { relation, target } = model.relation(name);
    const related = joined ? joinedRows(rows, name) : await loadRelation(rows, relation, target, state);
    await loadRelations(target, related, state.includes);
  }
}

/** Those that came with the rows themselves. */
function joinedRows(rows: readonly EntityRow[], name: string): readonly EntityRow[] {
  return rows.flatMap(({ [name]: related }) => (isRow(related) ? [related] : []));
}

function isRow(value: unknown): value is EntityRow {
  return typeof value === 'object' && value !== null;
}

/** @returns the related rows */
async function loadRelation(
  rows: readonly EntityRow[],
  relation: ResolvedRelation,
  target: EntityModel,
  state: QueryState,
): Promise<readonly EntityRow[]> {
  const { name } = relation;
  switch (relation.kind) {
    case 'belongsTo': {
      const { key } = relation;
      const found = await rowsOfParents(target, state, idsOf(rows, key), ownColumn(target, 'id'));
      const byId = new Map<unknown, EntityRow>(found.map(({ owner, row }) => [owner, row]));
      for (const row of rows) setRelation(row, name, byId.get(row[key]) ?? null);
      return [...byId.values()];
    }
    case 'hasOne': {
      const found = await rowsOfParents(target, state, idsOf(rows, 'id'), ownColumn(target, relation.key));
      const byOwner = new Map<unknown, EntityRow>(found.map(({ owner, row }) => [owner, row]));
      for (const row of rows) setRelation(row, name, byOwner.get(row.id) ?? null);
      return [...byOwner.values()];
    }
    case 'hasMany':
      return spread(
        rows,
        name,
        await rowsOfParents(target, state, idsOf(rows, 'id'), ownColumn(target, relation.key)),
      );
    case 'manyToMany':
      return spread(rows, name, await throughPivot(rows, relation, target, state));
  }
}

function ownColumn(target: EntityModel, field: string): string {
  return `${target.schema.table}.${target.field(field).column}`;
}

function throughPivot(
  rows: readonly EntityRow[],
  { pivot, ownColumn: own, targetColumn }: ThroughPivot,
  target: EntityModel,
  state: QueryState,
): Promise<readonly Related[]> {
  const { table } = target.schema;
  const codecs = [...pivot.fields.values()].map((field) => fieldCodec(field, target.database.dialect));
  return rowsOfParents(target, state, idsOf(rows, 'id'), `${pivot.table}.${own}`, {
    join(builder) {
      builder.innerJoin(pivot.table, `${pivot.table}.${targetColumn}`, `${table}.id`);
      builder.select(
        codecs.map(({ field }) => `${pivot.table}.${field.column} as ${pivotPrefix}${field.column}`),
      );
    },
    read(row, record) {
      row.pivot = Object.fromEntries(
        codecs.map(({ field, decode }) => [field.name, decode(record[pivotPrefix + field.column])]),
      );
    },
  });
}

/** Gives each row its own of the related rows, in their order. */
function spread(rows: readonly EntityRow[], name: string, related: readonly Related[]): readonly EntityRow[] {
  const byOwner = Map.groupBy<unknown, Related>(related, ({ owner }) => owner);
  for (const row of rows) {
    const own = byOwner.get(row.id) ?? [];
    setRelation(
      row,
      name,
      own.map((one) => one.row),
    );
  }
  return related.map(({ row }) => row);
}

function idsOf(rows: readonly EntityRow[], key: string): readonly string[] {
  return [...new Set(rows.flatMap(({ [key]: id }) => (typeof id === 'string' ? [id] : [])))];
}
