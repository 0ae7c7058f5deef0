import { scopeKey } from 'backplane';
import type { EntitySchema, Filter } from 'backplane/data';

/** How rows of an entity tell which team they belong to. */
export interface RowPlace {
  /** A condition on the team's id. */
  id(condition: { readonly in: readonly string[] }): Filter;
  /** A filter of the team. */
  team(filter: Filter): Filter;
}

/** Adding a team is done in the team above it. */
export const addTeam = 'teams.team:add';

const itself: RowPlace = { id: (condition) => ({ id: condition }), team: (filter) => filter };

/** The entities of this extension, none of which has a scope: a team's own rows, and what belongs to roles. */
const own: Readonly<Record<string, RowPlace>> = {
  'teams.team': itself,
  'teams.role': by('team', 'teamId'),
  'teams.membership': by('team', 'teamId'),
  'teams.invitation': by('team', 'teamId'),
  'teams.grant': through('role', by('team', 'teamId')),
  'teams.inheritance': through('role', by('team', 'teamId')),
};

/** Users belong to the teams that they are members of, as far as reading goes: members of a team see each other. */
const member: RowPlace = {
  id: (condition) => ({ memberships: { some: { teamId: condition } } }),
  team: (filter) => ({ memberships: { some: { team: filter } } }),
};

/** @returns `undefined` for rows that belong to no team */
export function placeOf(entity: EntitySchema | undefined, permission: string): RowPlace | undefined {
  if (entity === undefined) return undefined;
  const { name, options } = entity;
  if (name === 'teams.team' && permission === addTeam) return by('parent', 'parentId');
  if (name === 'auth.user' && permission === 'auth.user:read') return member;
  const key = scopeKey(entity);
  return key === undefined || options.scope === undefined ? own[name] : by(options.scope, key);
}

function by(relation: string, key: string): RowPlace {
  return { id: (condition) => ({ [key]: condition }), team: (filter) => ({ [relation]: filter }) };
}

function through(relation: string, { id, team }: RowPlace): RowPlace {
  return {
    id: (condition) => ({ [relation]: id(condition) }),
    team: (filter) => ({ [relation]: team(filter) }),
  };
}
