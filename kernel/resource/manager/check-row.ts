import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { Deleted } from '../../data/plan/plan.ts';
import { isUuid } from '../../data/value/uuid.ts';
import { BackplaneError } from '../../errors.ts';
import { covering, type Grant, rowsOf } from '../access/grant.ts';
import { grantedFor } from '../access/read-access.ts';
import type { World } from './world.ts';

/**
 * The grants for an operation that reach all these fields.
 *
 * @throws AUTHENTICATION_REQUIRED, ACCESS_DENIED, FIELD_FORBIDDEN
 */
export async function grantsToWrite(
  world: World,
  entity: EntitySchema,
  operation: string,
  fields: Iterable<string>,
): Promise<readonly Grant[]> {
  const granted = await grantedFor(world.asGrants, entity, [operation]);
  const asked = new Set(fields);
  const fitting = covering(granted, asked);
  if (fitting.length > 0) return fitting;
  const [field = ''] = [...asked].filter((one) => covering(granted, new Set([one])).length === 0);
  throw new BackplaneError('FIELD_FORBIDDEN', { entity: entity.name, field });
}

/** Are these rows among those that the grants reach? */
export async function areWithin(
  world: World,
  entity: EntitySchema,
  ids: readonly string[],
  grants: readonly Grant[],
  deleted: Deleted = 'exclude',
): Promise<boolean> {
  const rows = rowsOf(grants);
  if (rows === undefined) return true;
  const rule = { and: [rows, ids.length === 1 ? { id: { eq: ids[0] ?? '' } } : { id: { in: ids } }] };
  const access = (name: string) => (name === entity.name ? rule : undefined);
  return (await world.reader(entity).count(entity.name, {}, { access, deleted })) === ids.length;
}

/**
 * A row must be one that the actor sees, and may do this with.
 *
 * @throws ROW_NOT_FOUND for one that there is not, or that they do not see; ACCESS_DENIED
 */
export async function assertMay(
  world: World,
  entity: EntitySchema,
  operation: string,
  id: string,
  grants: readonly Grant[],
  deleted: Deleted = 'exclude',
): Promise<void> {
  const visible = await world.grants(entity, 'read');
  const isThere = isUuid(id) && visible.length > 0 && (await isVisible(world, entity, id, visible, deleted));
  if (!isThere) throw new BackplaneError('ROW_NOT_FOUND', { entity: entity.name, id });
  if (!(await areWithin(world, entity, [id], grants, deleted))) {
    throw world.asGrants.refusal(entity, operation);
  }
}

async function isVisible(
  world: World,
  entity: EntitySchema,
  id: string,
  grants: readonly Grant[],
  deleted: Deleted,
): Promise<boolean> {
  const rows = rowsOf(grants);
  const rule = rows === undefined ? { id: { eq: id } } : { and: [rows, { id: { eq: id } }] };
  const access = (name: string) => (name === entity.name ? rule : undefined);
  return (await world.reader(entity).count(entity.name, {}, { access, deleted })) > 0;
}
