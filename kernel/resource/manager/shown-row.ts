import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { ReadRow } from '../../data/plan/decode.ts';
import { isUuid } from '../../data/value/uuid.ts';
import { type Grant, isUnlimited, rowsOf } from '../access/grant.ts';
import { holds } from '../access/holds.ts';
import type { Resource } from '../resources.ts';
import { findRow, type RowRequest } from './read.ts';
import { noteVersion, passVersion } from './version.ts';
import type { World } from './world.ts';

/** The row as the actor may see it. It need not be read again where they may see all of it. */
export async function shownRow(
  world: World,
  resource: Resource,
  row: unknown,
  request: RowRequest,
): Promise<ReadRow> {
  const { schema } = resource;
  const written: ReadRow = typeof row === 'object' && row !== null ? { ...row } : {};
  noteVersion(schema, written);
  const grants = await world.grants(schema, 'read');
  const id = String(written.id);
  // What a hook has put in the row's place.
  if (!isUuid(written.id)) return written;
  const isWhole = request.fields === undefined && request.include === undefined;
  if (isWhole && (grants.some(isUnlimited) || showsWhole(schema, grants, written))) {
    const shown = Object.fromEntries(
      [...schema.fields.values()].flatMap(({ name, readable }) => (readable ? [[name, written[name]]] : [])),
    );
    passVersion(written, shown);
    return shown;
  }
  const seen = grants.length === 0 ? undefined : await findRow(world, resource, id, request);
  if (seen !== undefined) return seen;
  const reference = { id };
  passVersion(written, reference);
  return reference;
}

/** Does what is granted reach the row, as it is known here, and all of its fields? */
function showsWhole(schema: EntitySchema, grants: readonly Grant[], row: ReadRow): boolean {
  const rule = rowsOf(grants);
  return (
    rule !== undefined &&
    grants.every(({ fields }) => fields === undefined) &&
    holds(schema, rule, row) === true
  );
}
