import type { EntitySchema } from '../entity/entity-schema.ts';
import { shown } from '../value/shown.ts';
import { isUuid } from '../value/uuid.ts';
import { type Cursor, readCursor } from './cursor.ts';
import { planFilter } from './filter-plan.ts';
import { planIncludes } from './include-plan.ts';
import { planNear } from './near-plan.ts';
import { planOrder } from './order-plan.ts';
import { readPage } from './page-plan.ts';
import { allOf, type Deleted, type ListPlan, never, type Predicate } from './plan.ts';
import { type Planning, place, refuseUnknown, withDeleted } from './planning.ts';
import type { ReadRequest } from './request.ts';
import { planSearch, type SearchMethod } from './search-plan.ts';
import { planFields } from './selection-plan.ts';

/** What of a request is no part of the plan. */
export interface PlannedList {
  readonly plan: ListPlan;
  /** Its hash must be the plan's. */
  readonly cursor: Cursor | undefined;
}

export interface ListOptions {
  readonly deleted?: Deleted | undefined;
  /** How the words of a search are looked for; row by row if left out. */
  readonly search?: SearchMethod | undefined;
}

const known = ['filter', 'include', 'fields', 'sort', 'page', 'count', 'search', 'near'];
const counts: readonly unknown[] = ['none', 'exact', 'estimated', undefined];

/**
 * Plans a list.
 *
 * @throws QUERY_INVALID, QUERY_FORBIDDEN, CURSOR_INVALID, or a FaultList with all faults
 */
export function planList(
  planning: Planning,
  entity: EntitySchema,
  request: ReadRequest,
  options: ListOptions,
): PlannedList {
  const { faults } = planning;
  refuseUnknown(planning, entity, request, known, '');
  const source = withDeleted(planning.source(entity), options.deleted);
  const asked = planWhere(planning, entity, request, options.search);
  const fields = planFields(planning, entity, request.fields, 'fields');
  const page = readPage(planning, entity, request.page === undefined ? {} : request.page);
  const near = planNear(planning, entity, request);
  const where =
    near === undefined ? asked : allOf([...(asked === undefined ? [] : [asked]), hasValue(near.plan.field)]);
  const order = planOrder(planning, entity, near === undefined ? request.sort : undefined, 'sort');
  const limit = near?.limit ?? page.size;
  const includes = planIncludes(planning, entity, request.include, 'include', limit, 1);
  if (!counts.includes(request.count))
    faults.invalid(entity.name, 'count', '"count" is "none", "exact" or "estimated".');
  const { cursor: text, side } = page;
  faults.throwAny();
  const cursor = text === undefined ? undefined : readCursor(planning, entity, order, text, side);
  const plan: ListPlan = {
    source,
    ...(fields === undefined ? {} : { fields }),
    includes,
    ...(where === undefined ? {} : { where }),
    order,
    limit,
    ...(near === undefined ? {} : { near: near.plan }),
    ...(page.offset === undefined ? {} : { offset: place(planning, page.offset) }),
    ...(cursor === undefined ? {} : { keyset: cursor.keyset }),
  };
  return { plan, cursor };
}

/**
 * Plans the reading of one row.
 *
 * @throws QUERY_INVALID, QUERY_FORBIDDEN, or a FaultList with all faults
 */
export function planGet(
  planning: Planning,
  entity: EntitySchema,
  id: string,
  request: Pick<ReadRequest, 'fields' | 'include'>,
  deleted: Deleted | undefined,
): ListPlan {
  const { fields: names, include } = request;
  refuseUnknown(planning, entity, request, ['fields', 'include'], '');
  const source = withDeleted(planning.source(entity), deleted);
  const where = planId(planning, entity, id);
  const fields = planFields(planning, entity, names, 'fields');
  const includes = planIncludes(planning, entity, include, 'include', 1, 1);
  planning.faults.throwAny();
  return {
    source,
    ...(fields === undefined ? {} : { fields }),
    includes,
    ...(where === undefined ? {} : { where }),
    order: planOrder(planning, entity, undefined, 'sort'),
    limit: 1,
  };
}

/** As elsewhere, a text that can be no id is that of no row; what is no text got lost on its way here. */
function planId(planning: Planning, entity: EntitySchema, id: unknown): Predicate | undefined {
  if (isUuid(id)) return planFilter(planning, entity, { id: { eq: id } }, 'filter', 1);
  if (typeof id !== 'string')
    planning.faults.invalid(entity.name, 'id', `An id must be text, not ${shown(id)}.`);
  return never;
}

/** What the request itself asks of rows: its filter and its words. */
export function planWhere(
  planning: Planning,
  entity: EntitySchema,
  { filter, search }: Pick<ReadRequest, 'filter' | 'search'>,
  method: SearchMethod = 'scan',
): Predicate | undefined {
  const filtered = filter === undefined ? undefined : planFilter(planning, entity, filter, 'filter', 1);
  if (search === undefined) return filtered;
  const searched = planSearch(planning, entity, search, method);
  return allOf(filtered === undefined ? [searched] : [filtered, searched]);
}

function hasValue(field: string): Predicate {
  return { kind: 'not', of: { kind: 'null', field } };
}
