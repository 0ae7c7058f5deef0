import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { ReadRow } from '../../data/plan/decode.ts';
import type { AggregateRow } from '../../data/plan/decode-aggregate.ts';
import type { Page } from '../../data/plan/page.ts';
import type { Deleted } from '../../data/plan/plan.ts';
import type { AggregateRequest, ReadRequest } from '../../data/plan/request.ts';
import { isUuid } from '../../data/value/uuid.ts';
import { BackplaneError } from '../../errors.ts';
import { rowsOf } from '../access/grant.ts';
import { type ReadAccess, readAccess } from '../access/read-access.ts';
import type { Resource } from '../resources.ts';
import { noteVersion, versionField } from './version.ts';
import type { World } from './world.ts';

export interface ReadManyOptions {
  /** Rows marked as deleted, too, or only those. Needs what `restore` needs besides; `exclude` if left out. */
  readonly deleted?: Deleted | undefined;
  /** May a replica answer, whose rows may be a moment old? */
  readonly replica?: boolean | undefined;
}

export type RowRequest = Pick<ReadRequest, 'fields' | 'include'>;

/** A page of the rows that the actor may see. */
export async function listRows(
  world: World,
  { schema }: Resource,
  request: ReadRequest,
  { deleted, replica }: ReadManyOptions,
): Promise<Page> {
  const restores = deleted === 'include' || deleted === 'only';
  const operations = restores ? ['read', 'restore'] : ['read'];
  const found = await readAccess(world.asGrants, schema, operations, request);
  const { access } = found;
  // An estimate is made of all rows, so that it tells of those which the actor may not see.
  const isEstimate = access !== undefined && found.request.count === 'estimated';
  const asked = isEstimate ? { ...found.request, count: 'exact' as const } : found.request;
  return world.reader(schema).list(schema.name, asked, { access, deleted, replica });
}

/** One row, `undefined` if there is none or the actor may not see it. */
export async function findRow(
  world: World,
  resource: Resource,
  id: string,
  request: RowRequest,
  options: ReadManyOptions = {},
): Promise<ReadRow | undefined> {
  if (!isUuid(id)) return undefined;
  const { schema } = resource;
  const restores = options.deleted === 'include' || options.deleted === 'only';
  const found = await rowAccess(world, schema, restores ? ['read', 'restore'] : ['read'], request);
  const { fields } = found.request;
  // The version of a row is that of the whole row, whichever fields are asked for.
  const extra = fields !== undefined && schema.timestamps && !fields.includes(versionField);
  const asked = extra ? { ...found.request, fields: [...fields, versionField] } : found.request;
  const row = await world.reader(schema).get(schema.name, id, asked, {
    access: found.access,
    deleted: options.deleted,
    replica: options.replica,
  });
  if (row === undefined) return undefined;
  noteVersion(schema, row);
  if (extra) delete row[versionField];
  return row;
}

/** At once where nothing but the row itself is asked for: the way of most requests. */
function rowAccess(
  world: World,
  schema: EntitySchema,
  operations: readonly string[],
  request: RowRequest,
): ReadAccess<RowRequest> | Promise<ReadAccess<RowRequest>> {
  const [operation = ''] = operations;
  const isPlain = operations.length === 1 && request.fields === undefined && request.include === undefined;
  const granted = isPlain ? world.grants(schema, operation) : [];
  if (
    !isPlain ||
    granted instanceof Promise ||
    granted.length === 0 ||
    granted.some(({ fields }) => fields)
  ) {
    return readAccess(world.asGrants, schema, operations, request);
  }
  const rows = rowsOf(granted);
  return {
    request,
    access: rows === undefined ? undefined : (name) => (name === schema.name ? rows : undefined),
  };
}

/** @throws ROW_NOT_FOUND, also for a row that the actor may not see */
export async function getRow(
  world: World,
  resource: Resource,
  id: string,
  request: RowRequest,
  options?: ReadManyOptions,
): Promise<ReadRow> {
  const row = await findRow(world, resource, id, request, options);
  if (row !== undefined) return row;
  throw new BackplaneError('ROW_NOT_FOUND', { entity: resource.schema.name, id });
}

/** Numbers about the rows that the actor may both see and count. */
export async function aggregateRows(
  world: World,
  { schema }: Resource,
  request: AggregateRequest,
): Promise<readonly AggregateRow[]> {
  const found = await readAccess(world.asGrants, schema, ['read', 'aggregate'], request, false);
  return world.reader(schema).aggregate(schema.name, found.request, { access: found.access });
}
