import type { EntityRow } from '../../data/model/row.ts';
import { type Grant, rowsOf } from '../access/grant.ts';
import { holds } from '../access/holds.ts';
import type { Resource } from '../resources.ts';
import { ruleFaults } from '../validation/check-rules.ts';
import { type Input, type InputValidator, throwInputFaults } from '../validation/input-validator.ts';
import type { Placed } from '../validation/rule-world.ts';
import { scopeKey } from '../view/schemas.ts';
import { areWithin } from './check-row.ts';
import type { World } from './world.ts';

/** Whose the row is, where its maker could mean but one. */
export async function fillScope(world: World, { schema }: Resource, values: Input): Promise<void> {
  const key = scopeKey(schema);
  if (key === undefined || values[key] !== undefined || world.actor === undefined) return;
  const request = { actor: world.actor, permission: `${schema.name}:create`, entity: schema };
  for (const authority of world.table.authorities) {
    const value = await authority.scopeOf(request);
    if (value === undefined) continue;
    values[key] = value;
    return;
  }
}

/** What inputs tell by themselves, before anything is begun for them. @throws INPUT_INVALID with all faults */
export function checkForm({ isSystem }: World, resource: Resource, rows: readonly Placed[]): void {
  const { schema } = resource;
  const key = scopeKey(schema);
  const form = rows.flatMap(({ input, pointer, id }) => [
    ...validatorOf(resource, id === undefined, isSystem).faults(input, pointer),
    // A hook may still say whose the row is; whether one has is checked when it is written.
    ...(id === undefined && key !== undefined && input[key] === undefined && !resource.chain('create')
      ? [{ pointer: `${pointer}/${key}`, message: 'is required' }]
      : []),
  ]);
  throwInputFaults(schema.name, form);
}

function validatorOf(resource: Resource, isNew: boolean, isSystem: boolean): InputValidator {
  if (isSystem) return isNew ? resource.serverCreate : resource.serverUpdate;
  return isNew ? resource.create : resource.update;
}

/** What only the database knows, asked in the transaction that writes. @throws INPUT_INVALID with all faults */
export async function checkRules(world: World, resource: Resource, rows: readonly Placed[]): Promise<void> {
  const { schema, hasRules } = resource;
  if (hasRules) throwInputFaults(schema.name, await ruleFaults(world.ruleWorld, schema, rows));
}

/** New rows must be among those that the grants reach. @throws ACCESS_DENIED */
export async function assertWithin(
  world: World,
  { schema }: Resource,
  rows: readonly EntityRow[],
  grants: readonly Grant[],
): Promise<void> {
  const rule = rowsOf(grants);
  if (rule === undefined || rows.every((row) => holds(schema, rule, row))) return;
  const ids = rows.map(({ id }) => String(id));
  if (ids.length > 0 && !(await areWithin(world, schema, ids, grants))) {
    throw world.asGrants.refusal(schema, 'create');
  }
}
