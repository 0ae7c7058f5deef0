import { beginPlanning } from '../../data/plan/begin-planning.ts';
import type { ReadRow } from '../../data/plan/decode.ts';
import { planList } from '../../data/plan/list-plan.ts';
import type { Page } from '../../data/plan/page.ts';
import { defaultLimits, type ReadRequest } from '../../data/plan/request.ts';
import { BackplaneError, FaultList, isBackplaneError, throwFaults } from '../../errors.ts';
import { readAccess } from '../access/read-access.ts';
import type { RowRequest } from '../manager/read.ts';
import type { World } from '../manager/world.ts';
import type { Resource } from '../resources.ts';
import { ask, externalOf } from './ask.ts';
import { type Place, readPlace, requestHash, writePlace } from './cursor.ts';
import { type ExternalEntity, inWords } from './entity.ts';
import type { ExternalListOutput } from './operation-types.ts';
import { longestPage } from './operations.ts';
import { type Pushed, pushRequest, pushRule } from './push.ts';
import { fetchRow, pick, rowOf, viewFor } from './row.ts';
import { satisfies } from './satisfies.ts';

/** How often a provider is asked for one page, where most of what it gives may not be shown. */
const mostAsked = 20;

interface OrderTerm {
  readonly field: string;
  readonly direction: 'asc' | 'desc';
}

/** A list as it was asked for, sound. */
interface Wish {
  readonly pushed: Pushed;
  readonly orderBy: readonly OrderTerm[];
  readonly size: number;
  readonly counts: boolean;
  readonly after: string | undefined;
}

/**
 * A page of the rows that the actor may see. What drivers can filter by goes to them; rules are held to here, too, row by
 * row, whatever comes.
 *
 * @throws QUERY_INVALID for what its provider cannot do, CURSOR_INVALID, and as other lists do
 */
export async function listExternal(world: World, resource: Resource, given: ReadRequest): Promise<Page> {
  const { external } = externalOf(resource, 'list');
  const { schema } = resource;
  const { request, access } = await readAccess(world.asGrants, schema, ['read'], given);
  const { pushed: asked, orderBy, size, counts, after } = wishOf(world, external, request);
  const rule = access?.(schema.name);
  const { pushed, isWhole } =
    rule === undefined ? { pushed: asked, isWhole: true } : pushRule(external, asked, rule);
  if (counts && !isWhole) {
    const reason =
      'The rows that you may see cannot be counted: their provider cannot tell them from the others.';
    throw new BackplaneError('QUERY_INVALID', { entity: schema.name, path: 'count', reason });
  }
  const hash = requestHash(asked, orderBy);
  // Drivers make of an empty list no condition, which all rows would meet.
  if (asksForNone(pushed))
    return { rows: [], next: undefined, previous: undefined, count: counts ? 0 : undefined };
  let place: Place = after === undefined ? { cursor: undefined, skip: 0 } : readPlace(hash, after);
  const limit = isWhole ? size : longestPage;
  const rows: ReadRow[] = [];
  let count: number | undefined;
  const page = (next: Place | undefined): Page => ({
    rows,
    next: next && writePlace(hash, next),
    previous: undefined,
    count,
  });
  for (let times = 1; ; times += 1) {
    const { cursor } = place;
    const wantsCount = counts && count === undefined;
    const { value } = await ask(world, resource, 'list', {
      ...{ filter: pushed, orderBy, limit, count: wantsCount },
      ...(cursor === undefined ? {} : { cursor }),
    });
    const found = asPage(value);
    if (wantsCount) {
      if (found.count === undefined) throw invalid(schema.name, 'it says no "count", and was asked for it.');
      count = found.count;
    }
    for (const [index, one] of found.rows.entries()) {
      if (index < place.skip) continue;
      const row = rowOf(schema, one);
      if (!satisfies(schema, rule, row)) continue;
      if (rows.length === size) return page({ cursor, skip: index });
      rows.push(pick(schema, row, request.fields));
    }
    if (!found.cursor) return page(undefined);
    if (found.cursor === cursor) {
      throw invalid(schema.name, 'its "cursor" is the one that it was given, so that pages would never end.');
    }
    // A page that is shorter than what is skipped of it: the client asks for smaller pages than before.
    place = { cursor: found.cursor, skip: Math.max(0, place.skip - found.rows.length) };
    if (rows.length === size || times === mostAsked) return page(place);
  }
}

function invalid(entity: string, reason: string): BackplaneError {
  return new BackplaneError('EXTERNAL_ANSWER_INVALID', { entity, operation: 'list', reason });
}

function asksForNone(pushed: Pushed): boolean {
  return Object.values(pushed).some((condition) => Array.isArray(condition.in) && condition.in.length === 0);
}

/** The schema of the operation has been checked where the answer came in. */
function asPage(value: unknown): ExternalListOutput<never> {
  return value as ExternalListOutput<never>;
}

/** @throws a FaultList with all faults */
function wishOf({ catalog }: World, external: ExternalEntity, request: ReadRequest): Wish {
  const { schema } = external;
  const faults: Error[] = [];
  const fault = (path: string, reason: string): void => {
    faults.push(new BackplaneError('QUERY_INVALID', { entity: schema.name, path, reason }));
  };
  const { page, near, search, ...rest } = request;
  const { after, before, offset, ...size } = isRecord(page) ? page : {};
  let limit = defaultLimits.page;
  try {
    const planning = beginPlanning(catalog, defaultLimits, undefined);
    const sized = page === undefined ? rest : { ...rest, page: isRecord(page) ? size : page };
    limit = planList(planning, schema, sortable(external, sized, fault), {}).plan.limit;
  } catch (error) {
    faults.push(...(error instanceof FaultList ? error.errors : [asError(error)]));
  }
  if (search !== undefined) fault('search', 'Its provider cannot search for words.');
  if (near !== undefined) fault('near', 'Its provider compares no vectors.');
  if (before !== undefined || offset !== undefined) {
    fault('page', 'Its provider gives page after page: use "after" with the cursor of the page before.');
  }
  if (after !== undefined && typeof after !== 'string') fault('page.after', 'A cursor is a text.');
  const counts = request.count !== undefined && request.count !== 'none';
  if (counts && !external.count) fault('count', 'Its provider cannot count rows.');
  const { pushed, faults: unanswered } = pushRequest(
    external,
    isRecord(request.filter) ? request.filter : {},
  );
  // What is no condition at all has been told already.
  const told = faults.map(pathOf).filter((path) => path.startsWith('filter.'));
  const isTold = (part: string): boolean =>
    told.some((path) => part.startsWith(path) || path.startsWith(`${part}.`));
  faults.push(...unanswered.filter((one) => !isTold(pathOf(one))));
  throwFaults(faults);
  return {
    pushed,
    orderBy: orderOf(request.sort ?? []),
    size: limit,
    counts,
    after: typeof after === 'string' ? after : undefined,
  };
}

/** Without a sort by what the provider cannot sort by, which is told in its own words. */
function sortable(
  external: ExternalEntity,
  request: ReadRequest,
  fault: (path: string, reason: string) => void,
): ReadRequest {
  const { sort, ...rest } = request;
  if (!Array.isArray(sort)) return request;
  const known = sort.filter((name: unknown) => {
    const field = String(name).replace(/^-/, '');
    if (external.sort.includes(field)) return true;
    fault('sort', `Nobody may sort by "${field}". ${inWords(external).sort}`);
    return false;
  });
  return { ...rest, sort: known };
}

function orderOf(sort: readonly string[]): readonly OrderTerm[] {
  return sort.map((name) =>
    name.startsWith('-') ? { field: name.slice(1), direction: 'desc' } : { field: name, direction: 'asc' },
  );
}

function pathOf(error: Error): string {
  if (!isBackplaneError(error) || !('path' in error.details)) return '';
  return String(error.details.path);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws ROW_NOT_FOUND, also for a row that the actor may not see */
export async function getExternal(
  world: World,
  resource: Resource,
  id: string,
  request: RowRequest,
): Promise<ReadRow> {
  externalOf(resource, 'get');
  const { schema } = resource;
  const show = await viewFor(world, resource, request);
  if (show === undefined) throw world.asGrants.refusal(schema, 'read');
  const row = await fetchRow(world, resource, id);
  const shown = row && show(row);
  if (shown !== undefined) return shown;
  throw new BackplaneError('ROW_NOT_FOUND', { entity: schema.name, id });
}
