import type { EntityModel } from '../model/entity-model.ts';
import type { EntityRow } from '../model/row.ts';
import { isRecord, shown } from '../value/shown.ts';
import { cursorOf, valuesOfCursor } from './cursor.ts';
import { applyFilter } from './filter.ts';
import { loadRelations } from './load-relations.ts';
import { afterRow, totalOrder } from './ordering.ts';
import type { CursorPage, CursorRequest, Page, PageRequest } from './pages.ts';
import { usualSize } from './pages.ts';
import { queryInvalid, rootOf } from './place.ts';
import { pageStatement, selectRows } from './select.ts';
import type { Builder, QueryState } from './state.ts';
import { knexStatement, rowsOf, type Statement, statementOf } from './statement.ts';

/** What a query does with its database. Nothing here knows the types of rows. */

export function selectStatement(model: EntityModel, state: QueryState): Statement {
  return pageStatement(model, selectRows(model, state), state);
}

export async function getRows(model: EntityModel, state: QueryState): Promise<EntityRow[]> {
  const selection = selectRows(model, state);
  const records = await rowsOf(model.database, pageStatement(model, selection, state));
  const rows = records.map(selection.read);
  await loadRelations(model, rows, state.includes);
  return rows;
}

export async function pluckField(model: EntityModel, state: QueryState, name: string): Promise<unknown[]> {
  const { field, decode } = model.codec(name);
  const selection = selectRows(model, { ...state, includes: new Map(), counts: new Map() });
  selection.builder.clearSelect().select(`${selection.place.alias}.${field.column}`);
  const records = await rowsOf(model.database, pageStatement(model, selection, state));
  return records.map((record) => decode(record[field.column]));
}

export async function countRows(model: EntityModel, state: QueryState): Promise<number> {
  const builder: Builder = model.class.query(model.database.knex);
  applyFilter(builder, rootOf(model), state);
  const [record] = await rowsOf(model.database, statementOf(model.database, builder.count('* as total')));
  return Number(record?.total);
}

export async function rowExists(model: EntityModel, state: QueryState): Promise<boolean> {
  const { knex } = model.database;
  const builder: Builder = model.class.query(knex);
  applyFilter(builder, rootOf(model), state);
  const query = builder.select(knex.raw('1 as one')).toKnexQuery().limit(1, { skipBinding: true });
  return (await rowsOf(model.database, knexStatement(model.database, query))).length > 0;
}

export async function getPage(
  model: EntityModel,
  state: QueryState,
  request: PageRequest,
): Promise<Page<EntityRow>> {
  assertRequest(model, 'paginate', request);
  const { page = 1, size = usualSize } = request;
  assertCount(model, 'page', page);
  assertCount(model, 'size', size);
  const total = await countRows(model, state);
  const limits = { limit: size, offset: (page - 1) * size, orders: totalOrder(state.orders) };
  const rows = total <= limits.offset ? [] : await getRows(model, { ...state, ...limits });
  return { rows, page, size, total, pages: Math.max(1, Math.ceil(total / size)) };
}

export async function getCursorPage(
  model: EntityModel,
  state: QueryState,
  request: CursorRequest,
): Promise<CursorPage<EntityRow>> {
  assertRequest(model, 'cursor', request);
  const { size = usualSize, after } = request;
  assertCount(model, 'size', size);
  const orders = totalOrder(state.orders);
  // One row more than asked for tells whether there is a next page.
  const rows = await getRows(model, {
    ...(after === undefined
      ? state
      : following(model, { ...state, orders }, valuesOfCursor(model, orders, after))),
    orders,
    limit: size + 1,
    offset: undefined,
  });
  const last = rows.length > size ? rows[size - 1] : undefined;
  return { rows: rows.slice(0, size), next: last && cursorOf(orders, last) };
}

/** The rows of a query that come after the one with these values. */
function following(model: EntityModel, state: QueryState, values: readonly unknown[]): QueryState {
  const { clauses, orders } = state;
  const before = clauses.length === 0 ? [] : [group(clauses)];
  return { ...state, clauses: [...before, afterRow(model, orders, values)] };
}

function group(clauses: QueryState['clauses']): QueryState['clauses'][number] {
  return { or: false, not: false, condition: { kind: 'group', clauses } };
}

/**
 * Rows in portions, in the order of their ids; each begins after the last id of the one before, so that rows which the
 * work changes, or which others add meanwhile, make it lose none and meet none twice.
 *
 * @param work `false` ends it
 */
export async function eachChunk(
  model: EntityModel,
  state: QueryState,
  size: number,
  work: (rows: EntityRow[]) => unknown,
): Promise<void> {
  assertCount(model, 'size', size);
  if (state.orders.length > 0 || state.limit !== undefined || state.offset !== undefined) {
    throw queryInvalid(
      model,
      '"chunk" goes in the order of ids through all rows; leave orders and limits out.',
    );
  }
  const inOrder: QueryState = { ...state, orders: totalOrder([]), limit: size };
  let rows = await getRows(model, inOrder);
  while (rows.length > 0) {
    // Read first: the work may do with its rows what it likes.
    const { length } = rows;
    const last = rows.at(-1)?.id;
    if ((await work(rows)) === false || length < size) return;
    rows = await getRows(model, following(model, inOrder, [last]));
  }
}

function assertRequest(model: EntityModel, name: string, request: unknown): void {
  if (!isRecord(request)) throw queryInvalid(model, `"${name}" takes an object, not ${shown(request)}.`);
}

function assertCount(model: EntityModel, name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw queryInvalid(model, `"${name}" must be a whole number from 1, not ${shown(value)}.`);
  }
}
