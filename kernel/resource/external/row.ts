import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { EntityRow } from '../../data/model/row.ts';
import { beginPlanning } from '../../data/plan/begin-planning.ts';
import type { ReadRow } from '../../data/plan/decode.ts';
import { planGet } from '../../data/plan/list-plan.ts';
import { defaultLimits } from '../../data/plan/request.ts';
import { readMoment } from '../../data/value/moment.ts';
import { readAccess } from '../access/read-access.ts';
import type { RowRequest } from '../manager/read.ts';
import { noteVersion, passVersion } from '../manager/version.ts';
import type { World } from '../manager/world.ts';
import type { Resource } from '../resources.ts';
import { ask } from './ask.ts';
import { longestId } from './operations.ts';
import { satisfies } from './satisfies.ts';

/** What a driver gave, checked by the schema of its operation, as rows of other entities are: whole, and nothing besides. */
export function rowOf({ fields }: EntitySchema, given: unknown): EntityRow {
  const values = isRecord(given) ? given : {};
  return Object.fromEntries(
    [...fields.values()].map(({ name, type }) => {
      const value = values[name] ?? null;
      return [name, type.kind === 'timestamp' ? (readMoment(value) ?? value) : value];
    }),
  );
}

/** The row with that id, `undefined` if there is none. No rule is asked. */
export async function fetchRow(
  world: World,
  resource: Resource,
  id: unknown,
): Promise<EntityRow | undefined> {
  if (typeof id !== 'string' || !canBeId(id)) return undefined;
  const { value } = await ask(world, resource, 'get', { id });
  return value === null ? undefined : rowOf(resource.schema, value);
}

/**
 * Can a provider have given it? Half a character cannot be encoded for a URL, and clients of HTTP take `.` and `..` for
 * steps in the path, encoded or not: another resource would be asked than the row.
 */
function canBeId(id: string): boolean {
  return id !== '' && id.length <= longestId && id !== '.' && id !== '..' && id.isWellFormed();
}

/** What a reader sees of a row; `undefined` for one that they may not see. */
export type Show = (row: EntityRow) => ReadRow | undefined;

/**
 * Finds out how the actor sees rows, before anything is asked of a provider: what was done there cannot be undone
 * because of a wish that cannot be met.
 *
 * @throws what refuses the request; `undefined` instead where the actor is granted nothing at all
 */
export async function viewFor(
  world: World,
  { schema }: Resource,
  request: RowRequest,
): Promise<Show | undefined> {
  planGet(beginPlanning(world.catalog, defaultLimits, undefined), schema, '', request, undefined);
  const grants = await world.grants(schema, 'read');
  if (grants.length === 0) return undefined;
  const found = await readAccess(world.asGrants, schema, ['read'], request);
  const rule = found.access?.(schema.name);
  return (row) => (satisfies(schema, rule, row) ? pick(schema, row, found.request.fields) : undefined);
}

/** The fields of a row that its reader asked for. Its version is that of the whole row. */
export function pick(schema: EntitySchema, row: EntityRow, fields: readonly string[] | undefined): ReadRow {
  noteVersion(schema, row);
  const picked: ReadRow = {};
  for (const { name, readable } of schema.fields.values()) {
    if (readable && (name === 'id' || fields === undefined || fields.includes(name)))
      picked[name] = row[name];
  }
  passVersion(row, picked);
  return picked;
}

/** What stands for a row whose maker may not see it. */
export function reference(row: EntityRow): ReadRow {
  const bare: ReadRow = { id: row.id };
  passVersion(row, bare);
  return bare;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
