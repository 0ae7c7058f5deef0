import { isDeepStrictEqual } from 'node:util';
import { type Actor, covers, isRoot, isWithinScopes, problem, type Services } from 'backplane';
import { rootTeamId } from '../built-in.ts';
import { makeRight, type RoleRight, readRoles, rightsIn } from '../rights/role-grants.ts';
import { lineOf } from '../tree/closure.ts';

/** Who changes rights, as hooks know them. No actor: the application itself. */
export interface Changer {
  readonly actor: Actor | undefined;
  readonly services: Services;
}

const everything = makeRight('*', undefined, undefined, { grantId: '', roleId: '' });

/**
 * Whoever hands out rights must hold them, in the same team: as many operations, fields and rows. In doubt they do not.
 *
 * @param teamId where they would hold; `null`: everywhere
 * @throws HttpError 403 RIGHTS_EXCEEDED
 */
export async function assertHolds(
  changer: Changer,
  teamId: string | null,
  needed: readonly RoleRight[],
): Promise<void> {
  const { actor } = changer;
  if (actor === undefined || needed.length === 0) return;
  // An API key hands out no more than it may do itself.
  const held = await heldAt(changer, actor, teamId ?? rootTeamId);
  const missing = needed.find(
    (right) => !isWithinScopes(actor.scopes, right.permission) || !held.some((one) => includes(one, right)),
  );
  if (missing === undefined) return;
  throw problem(
    403,
    `This would hand out "${missing.permission}"${missing.filter || missing.fields ? ', with its limits,' : ''} and you do not hold as much there yourself.`,
    { code: 'RIGHTS_EXCEEDED' },
  );
}

/** @throws HttpError 403 RIGHTS_EXCEEDED unless they hold everything in the team */
export function assertHoldsAll(changer: Changer, teamId: string): Promise<void> {
  return assertHolds(changer, teamId, [everything]);
}

/** Does the actor hold this permission in a team, for all rows and fields? */
export async function holds(changer: Changer, teamId: string, permission: string): Promise<boolean> {
  const { actor } = changer;
  if (actor === undefined) return true;
  const right = makeRight(permission, undefined, undefined, { grantId: '', roleId: '' });
  return (
    isWithinScopes(actor.scopes, permission) &&
    (await heldAt(changer, actor, teamId)).some((one) => includes(one, right))
  );
}

/** Everything that a role grants, as it is now. */
export async function rightsOfRole({ services }: Changer, roleId: string): Promise<readonly RoleRight[]> {
  return rightsIn(await readRoles(services.teams.database, new Set([roleId]), { held: true }), roleId);
}

async function heldAt({ services }: Changer, actor: Actor, teamId: string): Promise<readonly RoleRight[]> {
  if (isRoot(actor)) return [everything];
  const rights = await services.teams.heldRightsOf(actor);
  if (rights === undefined) return [];
  const line = await lineOf(services.data, teamId);
  const roleIds = new Set(
    rights.places.filter((place) => line.has(place.teamId)).map(({ roleId }) => roleId),
  );
  return [...roleIds].flatMap((roleId) => rightsIn(rights.book, roleId));
}

/** Does who has one of these rights have the other, too? */
function includes(one: RoleRight, other: RoleRight): boolean {
  return (
    covers(one.permission, other.permission) &&
    (one.fields === undefined || other.fields?.every((field) => one.fields?.includes(field)) === true) &&
    (one.filter === undefined || isDeepStrictEqual(one.filter, other.filter))
  );
}
