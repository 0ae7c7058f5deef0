import { byRow, type Database, type EntitySchema, type Filter } from 'backplane/data';
import { rootTeamId } from '../built-in.ts';
import { placeOf } from './place-of.ts';
import { isLargeShare, teamsBelow } from './reach.ts';
import type { Alternative, Rights } from './rights.ts';

export interface TeamGround {
  readonly database: Database;
  /** Teams whose ids a rule names one by one at most. */
  readonly listedTeams: number;
}

/**
 * Which rows of an entity lie in the teams of an alternative, or below them. What a request costs must not grow with the
 * number of teams: a few are named by their ids, which an index serves; otherwise each row's team is looked up in the tree.
 *
 * @returns `undefined`: all rows; `'none'`
 */
export async function teamCondition(
  { database, listedTeams }: TeamGround,
  entity: EntitySchema | undefined,
  permission: string,
  rights: Rights,
  { teamIds, roleIds }: Alternative,
): Promise<Filter | undefined | 'none'> {
  if (teamIds.has(rootTeamId)) return undefined;
  const place = placeOf(entity, permission);
  // Rows that belong to no team belong to the whole installation.
  if (place === undefined || teamIds.size === 0) return 'none';
  const isElsewhere = entity?.options.database !== undefined;
  if (teamIds.size <= listedTeams || isElsewhere) {
    const below = await teamsBelow(database, teamIds, isElsewhere ? Number.POSITIVE_INFINITY : listedTeams);
    if (below !== undefined) {
      const named = place.id({ in: below });
      // By its index a database would read all rows of all these teams, and sort them, before it knows the first.
      return (await isLargeShare(database, below.length)) ? each(named) : named;
    }
    return each(place.team(each({ ancestry: { some: { ancestorId: { in: [...teamIds] } } } })));
  }
  const membership: Filter = {
    userId: { eq: rights.userId },
    ...(rights.holdsOnly(roleIds) ? {} : { roleId: { in: [...roleIds] } }),
  };
  const ancestor = each({ memberships: { some: membership } });
  return each(place.team(each({ ancestry: { some: each({ ancestor }) } })));
}

/** Who belongs to so many teams sees many rows, so that those of a page are soon found. */
function each(filter: Filter): Filter {
  return { ...filter, [byRow]: true };
}
