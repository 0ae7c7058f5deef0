import type { Row } from '../database/driver.ts';
import type { EntityModel } from '../model/entity-model.ts';
import type { EntityRow } from '../model/row.ts';
import { whereOneOf } from './one-of.ts';
import { applyOrder, orderTerm, totalOrder } from './ordering.ts';
import { type Selection, selectRows } from './select.ts';
import type { Builder, QueryState } from './state.ts';
import { knexStatement, rowsOf, type Statement, statementOf } from './statement.ts';

/** Parents whose related rows one statement asks for. */
const parentsAtOnce = 10_000;

const ownerColumn = 'owner:id';
const placeColumn = 'owner:place';

/** A row, and the id of the one that it was loaded for. */
export interface Related {
  readonly owner: string;
  readonly row: EntityRow;
}

/** What else a statement joins, and reads. */
interface Extra {
  readonly join: (builder: Builder) => void;
  readonly read: (row: EntityRow, record: Row) => void;
}

/**
 * The rows of a query that belong to certain parents, in the query's order. Its limit holds for each parent.
 *
 * @param owner the column that holds the parent's id, with its table
 */
export async function rowsOfParents(
  target: EntityModel,
  state: QueryState,
  parents: readonly string[],
  owner: string,
  extra?: Extra,
): Promise<readonly Related[]> {
  const found: Related[] = [];
  for (let start = 0; start < parents.length; start += parentsAtOnce) {
    const selection = selectRows(target, state);
    const { builder, read } = selection;
    builder.select(`${owner} as ${ownerColumn}`);
    extra?.join(builder);
    const some = parents.slice(start, start + parentsAtOnce);
    whereOneOf(builder, target.database, { column: owner, type: { kind: 'uuid' } }, some, false);
    const statement = limitEach(target, selection, state, owner);
    for (const record of await rowsOf(target.database, statement)) {
      const row = read(record);
      extra?.read(row, record);
      found.push({ owner: String(record[ownerColumn]), row });
    }
  }
  return found;
}

/** A limit for each parent: rows are counted within their parent, in a query around the query. */
function limitEach(
  { database }: EntityModel,
  { builder, place }: Selection,
  { orders, limit, offset = 0 }: QueryState,
  owner: string,
): Statement {
  if (limit === undefined && offset === 0) {
    applyOrder(builder, place, orders);
    return statementOf(database, builder);
  }
  const { knex } = database;
  const terms = totalOrder(orders).map((order) => orderTerm(place, order));
  const order = terms.map(({ sql }) => sql).join(', ');
  builder.select(
    knex.raw(`row_number() over (partition by ?? order by ${order}) as ??`, [
      owner,
      ...terms.map(({ column }) => column),
      placeColumn,
    ]),
  );
  const outer = knex
    .queryBuilder()
    .select('*')
    .from(builder.toKnexQuery().as('related'))
    .where(placeColumn, '>', offset)
    .orderBy(placeColumn);
  if (limit !== undefined) outer.where(placeColumn, '<=', offset + limit);
  return knexStatement(database, outer);
}
