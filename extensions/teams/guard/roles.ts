import { BackplaneError, isRoot, problem } from 'backplane';
import type { Role } from '../entities/role.ts';
import { Role as RoleEntity } from '../entities/role.ts';
import { lineOf } from '../tree/closure.ts';
import type { Changer } from './holdings.ts';

/** @throws ROW_NOT_FOUND */
export function roleOf({ services }: Changer, id: string): Promise<Role> {
  return services.data.repository(RoleEntity).findOrFail(id);
}

/**
 * A role is given in the team that it belongs to and below, so that whoever may change it holds its rights wherever it counts.
 *
 * @param entity whose input names it, `field` where
 * @param teamId where it is to be given; `null`: everywhere
 * @throws INPUT_INVALID
 */
export async function assertUsable(
  changer: Changer,
  role: Role,
  teamId: string | null,
  { entity, field }: { readonly entity: string; readonly field: string },
): Promise<void> {
  if (role.teamId === null) return;
  if (teamId !== null && (await lineOf(changer.services.data, teamId)).has(role.teamId)) return;
  throw new BackplaneError('INPUT_INVALID', {
    entity,
    faults: [{ pointer: `/${field}`, message: 'names a role of another team, which cannot be given here' }],
  });
}

/** @throws HttpError 403 ROLE_BUILT_IN */
export function assertMayChange({ actor }: Changer, { builtIn, name }: Role): void {
  if (!builtIn || actor === undefined || isRoot(actor)) return;
  throw problem(403, `The role "${name}" is built in. Make one of your own.`, { code: 'ROLE_BUILT_IN' });
}
