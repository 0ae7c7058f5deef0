import { hooks } from 'backplane';
import type { Filter } from 'backplane/data';
import { RoleGrant } from '../entities/grant.ts';
import type { Role } from '../entities/role.ts';
import { checkGrant, type GrantValues } from '../guard/check-grant.ts';
import { assertHolds, type Changer } from '../guard/holdings.ts';
import { assertMayChange, roleOf } from '../guard/roles.ts';
import { makeRight, type RoleRight } from '../rights/role-grants.ts';

interface GrantInput {
  readonly permission: string;
  readonly fields?: readonly string[] | null;
  readonly filter?: Readonly<Record<string, unknown>> | null;
  readonly roleId: string;
}

function rightOf({ permission, fields, filter, roleId }: GrantInput): RoleRight {
  return makeRight(permission, fields, filter, { grantId: '', roleId });
}

/** Whoever writes a grant into a role holds as much wherever the role counts. */
async function assertMayWrite(context: Changer, input: GrantInput): Promise<void> {
  const role: Role = await roleOf(context, input.roleId);
  assertMayChange(context, role);
  const values: GrantValues = {
    permission: input.permission,
    fields: input.fields ?? null,
    // What it holds is checked next, as that of any filter.
    filter: (input.filter ?? null) as Filter | null,
  };
  await checkGrant(context, role, values);
  await assertHolds(context, role.teamId, [rightOf(input)]);
}

async function assertMayTake(context: Changer, previous: GrantInput): Promise<void> {
  const role = await roleOf(context, previous.roleId);
  assertMayChange(context, role);
  await assertHolds(context, role.teamId, [rightOf(previous)]);
}

export default [
  hooks.before(RoleGrant, 'create', function checkNewGrant(context) {
    return assertMayWrite(context, context.input);
  }),

  hooks.before(RoleGrant, 'update', async function checkChangedGrant(context) {
    await assertMayTake(context, context.previous);
    await assertMayWrite(context, { ...context.previous, ...context.input });
  }),

  hooks.before(RoleGrant, 'delete', function checkGoneGrant(context) {
    return assertMayTake(context, context.previous);
  }),
];
