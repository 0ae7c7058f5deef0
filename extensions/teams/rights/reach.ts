import type { Database } from 'backplane/data';

/**
 * The teams at and below some.
 *
 * @param most how many are wanted
 * @returns `undefined` if there are more
 */
export async function teamsBelow(
  { knex }: Database,
  teamIds: Iterable<string>,
  most: number,
): Promise<readonly string[] | undefined> {
  const query = knex('teams_closures')
    .distinct('descendant_id')
    .whereIn('ancestor_id', [...teamIds])
    .orderBy('descendant_id');
  const rows: readonly Readonly<Record<string, unknown>>[] = await (most === Number.POSITIVE_INFINITY
    ? query
    : query.limit(most + 1));
  return rows.length > most ? undefined : rows.map(({ descendant_id }) => String(descendant_id));
}

/** What share of all teams is a large one. */
const large = 1 / 8;

/** Are so many teams a large share of all that there are? */
export async function isLargeShare({ knex }: Database, count: number): Promise<boolean> {
  const most = Math.floor(count / large);
  const rows: readonly unknown[] = await knex('teams_teams')
    .select('id')
    .limit(most + 1);
  return rows.length <= most;
}

/** A team and those above it. */
export async function teamsAbove({ knex }: Database, teamId: string): Promise<ReadonlySet<string>> {
  const rows: readonly Readonly<Record<string, unknown>>[] = await knex('teams_closures')
    .select('ancestor_id')
    .where('descendant_id', teamId);
  return new Set(rows.map(({ ancestor_id }) => String(ancestor_id)));
}
