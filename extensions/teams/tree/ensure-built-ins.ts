import { isBackplaneError, type Services } from 'backplane';
import { builtInGrants, builtInRoles, epochId, rootTeamId } from '../built-in.ts';
import { Closure } from '../entities/closure.ts';
import { Epoch } from '../entities/epoch.ts';
import { RoleGrant } from '../entities/grant.ts';
import { Role } from '../entities/role.ts';
import { Team } from '../entities/team.ts';

/** Makes the root team, the built-in roles and the epoch where they are missing. */
export async function ensureBuiltIns({ data }: Pick<Services, 'data'>): Promise<void> {
  // It is made last, in the same transaction: where it is, everything is.
  if (await data.repository(Epoch).find(epochId)) return;
  try {
    await data.database().transaction(() => make(data));
  } catch (error) {
    // Another process was faster.
    if (!isBackplaneError(error) || error.code !== 'ROW_DUPLICATE') throw error;
  }
}

async function make(data: Services['data']): Promise<void> {
  await data.repository(Team).create({ id: rootTeamId, name: 'Root' });
  await data.repository(Closure).create({ ancestorId: rootTeamId, descendantId: rootTeamId, depth: 0 });
  for (const [name, id] of Object.entries(builtInRoles)) {
    await data.repository(Role).create({ id, name, builtIn: true });
    const permissions = Object.entries(builtInGrants).find(([role]) => role === name)?.[1] ?? [];
    await data
      .repository(RoleGrant)
      .createMany(permissions.map((permission) => ({ roleId: id, permission })));
  }
  await data.repository(Epoch).create({ id: epochId, number: 1 });
}
