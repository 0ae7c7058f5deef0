import type { Create, Entity } from 'backplane';
import type { TestKernel } from 'backplane/testing';
import { type BuiltInRole, builtInRoles, rootTeamId } from './built-in.ts';
import { Membership } from './entities/membership.ts';
import { Team } from './entities/team.ts';

export interface MemberOptions {
  /** Id of a team that there is; a new one below the root team if left out. */
  readonly team?: string;
  /** Name of a built-in role, or id of another; `member` if left out. */
  readonly role?: BuiltInRole | (string & {});
  /** Id of a user that there is; a new one if left out. */
  readonly user?: string;
}

/**
 * Somebody with a role in a team, in one line.
 *
 * @returns the actor, for `managers.as(actor)`, and the team's id
 *
 * @example
 * const { actor, teamId } = await memberOf(kernel, { role: 'viewer' });
 */
export async function memberOf(
  kernel: Pick<TestKernel, 'service'>,
  { team, role = 'member', user }: MemberOptions = {},
): Promise<{
  readonly actor: { readonly id: string; readonly roles: readonly string[] };
  readonly teamId: string;
  readonly membership: Entity<typeof Membership>;
}> {
  const data = kernel.service('data');
  const managers = kernel.service('managers').asSystem();
  const teamId = team ?? (await managers.of(Team).create({ name: 'Team', parentId: rootTeamId })).id;
  const userId = user ?? (await data.factory('auth.user').create()).id;
  const known = Object.entries(builtInRoles).find(([name]) => name === role);
  const input: Create<typeof Membership> = { userId, teamId, roleId: known?.[1] ?? role };
  const { id } = await managers.of(Membership).create(input);
  const membership = await data.repository(Membership).findOrFail(id);
  return { actor: { id: userId, roles: [] }, teamId, membership };
}
