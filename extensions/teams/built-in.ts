/**
 * Rows that are there from the beginning. Their ids are fixed, so that they need not be looked for, and two processes that
 * start at once make them once.
 */

/** The team above all others: what is granted in it holds everywhere, and for rows that belong to no team. */
export const rootTeamId = '00000000-0000-7000-8000-000000000001';

/** The row that holds the permission epoch. */
export const epochId = '00000000-0000-7000-8000-000000000002';

/** The roles that come along. Nobody but root changes them. */
export const builtInRoles = {
  /** Everything in the team and below. */
  owner: '00000000-0000-7000-8000-000000000011',
  /** Reads, writes and counts rows; does not administer the team. */
  member: '00000000-0000-7000-8000-000000000012',
  /** Reads rows. */
  viewer: '00000000-0000-7000-8000-000000000013',
} as const;

export type BuiltInRole = keyof typeof builtInRoles;

/** What they grant. Administration has actions of its own, which no `*:update` covers. */
export const builtInGrants: Readonly<Record<BuiltInRole, readonly string[]>> = {
  owner: ['*'],
  member: ['*:read', '*:aggregate', '*:create', '*:update', '*:delete', '*:restore'],
  viewer: ['*:read'],
};
