import type { TestKernel } from 'backplane/testing';
import { builtInRoles, rootTeamId } from '../../built-in.ts';
import { addToTree } from '../../tree/closure.ts';
import type { Stored, World } from './oracle.ts';
import type { WorldPlan } from './world.ts';

const tables = [
  'items_notes',
  'items_items',
  'teams_memberships',
  'teams_inheritances',
  'teams_grants',
  'teams_roles',
  'teams_closures',
  'teams_teams',
];

/** Puts a world into the database. @param actor id of a user */
export async function placeWorld(
  kernel: TestKernel,
  actor: string,
  other: string,
  plan: WorldPlan,
): Promise<World> {
  const data = kernel.service('data');
  const { knex } = data.database();
  const builtIn = Object.values(builtInRoles);
  for (const table of tables) {
    const rows = knex(table);
    if (table === 'teams_roles') await rows.whereNotIn('id', builtIn).delete();
    else if (table === 'teams_grants') await rows.whereNotIn('role_id', builtIn).delete();
    else if (table === 'teams_closures') await rows.whereNot('descendant_id', rootTeamId).delete();
    else if (table === 'teams_teams') {
      await knex(table).update({ parent_id: null });
      await rows.whereNot('id', rootTeamId).delete();
    } else await rows.delete();
  }
  const teamIds: string[] = [];
  const parents = new Map<string, string>();
  for (const parent of plan.teams) {
    const parentId = teamIds[parent] ?? rootTeamId;
    const { id } = await data.repository('teams.team').create({ name: 'Team', parentId });
    await addToTree(data, id, parentId);
    parents.set(id, parentId);
    teamIds.push(id);
  }
  const team = (index: number): string => teamIds[index] ?? rootTeamId;
  const roles = await data.repository('teams.role').createMany(plan.roles.map(() => ({ name: 'Role' })));
  const role = (index: number): string => roles[index]?.id ?? '';
  await data.repository('teams.grant').createMany(
    plan.roles.flatMap(({ grants }, index) =>
      grants.map((grant) => ({
        ...grant,
        fields: grant.fields && [...grant.fields],
        filter: grant.filter && { ...grant.filter },
        roleId: role(index),
      })),
    ),
  );
  const edges = plan.roles.flatMap(({ inherits }, index) =>
    inherits.filter((one) => one !== index).map((one) => ({ roleId: role(index), inheritedId: role(one) })),
  );
  await data.repository('teams.inheritance').createMany(edges);
  const memberships = plan.memberships.map(([place, held]) => ({ teamId: team(place), roleId: role(held) }));
  await data.repository('teams.membership').createMany(memberships.map((one) => ({ ...one, userId: actor })));
  const keepers: Readonly<Record<string, string>> = { me: actor, other };
  const items = await data.repository('items.item').createMany(
    plan.items.map(({ team: place, title, price, state, keeperId }) => ({
      title: String(title),
      price: Number(price),
      state: state === 'shown' ? ('shown' as const) : ('draft' as const),
      keeperId: keepers[String(keeperId)] ?? null,
      teamId: team(place),
    })),
  );
  const notes = await data.repository('items.note').createMany(
    plan.notes.map(({ team: place, item, text, stars }) => ({
      text: String(text),
      stars: stars === null || stars === undefined ? null : Number(stars),
      itemId: items[item]?.id ?? '',
      teamId: team(place),
    })),
  );
  await kernel.service('teams').changed();
  return {
    actor,
    root: rootTeamId,
    parents,
    roles: new Map(
      plan.roles.map(({ grants }, index) => [
        role(index),
        {
          grants,
          inherits: edges.flatMap((edge) => (edge.roleId === role(index) ? [edge.inheritedId] : [])),
        },
      ]),
    ),
    memberships,
    rows: { 'items.item': items as Stored[], 'items.note': notes as Stored[] },
  };
}
