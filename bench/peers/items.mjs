// What the peers that serve items share. Each is started as `node items-….mjs FILE`, with a database file of its own.
import { columns, granting } from '../resources/schema.ts';

export const file = process.argv[2];

export const pragmas = [
  'journal_mode = WAL',
  'synchronous = NORMAL',
  'foreign_keys = ON',
  'temp_store = MEMORY',
  'cache_size = -16000',
];

/** `shop_items.created_at as createdAt`, … */
export const selected = Object.entries(columns)
  .map(([name, column]) => `shop_items.${column} as ${name}`)
  .join(', ');

const listOf = (permissions) => permissions.map((permission) => `'${permission}'`).join(', ');

/**
 * The teams in which a user has been granted something: those where they have a role with such a grant, and all below. Its
 * one parameter is the user.
 *
 * @param {'read' | 'create'} action
 */
export const teamsWith = (action) => `
  select closure.descendant_id
  from teams_memberships membership
  join teams_grants on teams_grants.role_id = membership.role_id
  join teams_closures closure on closure.ancestor_id = membership.team_id
  where membership.user_id = ? and teams_grants.permission in (${listOf(granting[action])})`;

/**
 * The same as a question about one team, which the database answers from the team up. Its parameters are the user and the
 * team, where that is no column.
 */
export const isGrantedIn = (action, team = '?') => `exists (
  select 1
  from teams_closures closure
  join teams_memberships membership on membership.team_id = closure.ancestor_id and membership.user_id = ?
  join teams_grants on teams_grants.role_id = membership.role_id
  where closure.descendant_id = ${team} and teams_grants.permission in (${listOf(granting[action])}))`;
