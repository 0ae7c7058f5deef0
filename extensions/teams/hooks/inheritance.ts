import { BackplaneError, hooks } from 'backplane';
import { Inheritance } from '../entities/inheritance.ts';
import { assertHolds, rightsOfRole } from '../guard/holdings.ts';
import { assertMayChange, assertUsable, roleOf } from '../guard/roles.ts';
import { readRoles } from '../rights/role-grants.ts';

export default [
  hooks.before(Inheritance, 'create', async function checkInheritance(context) {
    const { roleId, inheritedId } = context.input;
    const role = await roleOf(context, roleId);
    assertMayChange(context, role);
    const at = { entity: Inheritance.name, field: 'inheritedId' };
    await assertUsable(context, await roleOf(context, inheritedId), role.teamId, at);
    await assertHolds(context, role.teamId, await rightsOfRole(context, inheritedId));
  }),

  // Of several that are made at once all are there by now: one alone would not show the circle.
  hooks.after(Inheritance, 'create', async function checkCircle({ result, services }) {
    const { roleId, inheritedId } = result;
    const { lines } = await readRoles(services.teams.database, new Set([inheritedId]), { held: true });
    if (!lines.get(inheritedId)?.has(roleId)) return;
    const message = 'names a role that inherits from this one itself';
    throw new BackplaneError('INPUT_INVALID', {
      entity: Inheritance.name,
      faults: [{ pointer: '/inheritedId', message }],
    });
  }),

  hooks.before(Inheritance, 'delete', async function checkGoneInheritance(context) {
    const { roleId, inheritedId } = context.previous;
    const role = await roleOf(context, roleId);
    assertMayChange(context, role);
    await assertHolds(context, role.teamId, await rightsOfRole(context, inheritedId));
  }),
];
