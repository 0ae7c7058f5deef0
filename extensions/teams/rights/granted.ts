import { type Actor, bindActor, type Grant, scopeKey } from 'backplane';
import type { Database, EntitySchema, Filter } from 'backplane/data';
import { teamsBelow } from './reach.ts';
import type { Alternative, Rights } from './rights.ts';
import { type TeamGround, teamCondition } from './team-condition.ts';

/** Where rights are looked at. */
export interface Ground extends TeamGround {
  /** Can the filter still be used? Its entity may have changed since it was written. */
  isSound(entity: EntitySchema, filter: Filter): boolean;
}

/** What an alternative comes to, for one entity. */
export interface Way {
  readonly alternative: Alternative;
  /** The rows of its teams; `undefined`: all. */
  readonly place: Filter | undefined;
  /** Those and what its filter says, without who asks put in. */
  readonly rows: Filter | undefined;
  readonly fields: ReadonlySet<string> | undefined;
}

interface Compiled {
  readonly ways: readonly Way[];
  /** Does none of the filters ask who asks? Then all requests of the user share these. */
  readonly grants: readonly Grant[] | undefined;
}

const compiledOf = new WeakMap<Rights, Map<string, Compiled>>();

/** The grants of a permission, at once where they were asked for before. */
export function grantedFor(
  ground: Ground,
  rights: Rights,
  actor: Actor,
  permission: string,
  entity: EntitySchema | undefined,
): readonly Grant[] | Promise<readonly Grant[]> {
  const key = `${permission} ${entity?.name ?? ''}`;
  const known = compiledOf.get(rights)?.get(key);
  if (known) return bound(known, actor);
  return compile(ground, rights, permission, entity).then((compiled) => {
    const byKey = compiledOf.get(rights) ?? new Map<string, Compiled>();
    compiledOf.set(rights, byKey.set(key, compiled));
    return bound(compiled, actor);
  });
}

/** The ways in which a permission was granted, with their rows. */
export async function waysOf(
  ground: Ground,
  rights: Rights,
  permission: string,
  entity: EntitySchema | undefined,
): Promise<readonly Way[]> {
  const ways: Way[] = [];
  for (const alternative of rights.alternatives(permission)) {
    const { filter } = alternative.right;
    if (!applies(ground, alternative, permission, entity)) continue;
    const place = await teamCondition(ground, entity, permission, rights, alternative);
    if (place === 'none') continue;
    ways.push({
      alternative,
      place,
      rows: joined(place, filter),
      fields: fieldsOf(alternative, permission, entity),
    });
  }
  return ways;
}

/** The one team where a new row can be meant to belong, if there is but one. */
export async function onlyTeam(
  database: Database,
  rights: Rights,
  permission: string,
): Promise<string | undefined> {
  const teams = new Set(rights.alternatives(permission).flatMap(({ teamIds }) => [...teamIds]));
  if (teams.size !== 1) return undefined;
  const below = await teamsBelow(database, teams, 1);
  return below?.[0];
}

/** Fields and filters are those of the entity that the permission names: on others, and where they make no sense any more, they grant nothing. */
function applies(
  { isSound }: Ground,
  { right: { fields, filter } }: Alternative,
  permission: string,
  entity: EntitySchema | undefined,
): boolean {
  if (fields === undefined && filter === undefined) return true;
  if (entity === undefined || !permission.startsWith(`${entity.name}:`)) return false;
  return filter === undefined || isSound(entity, filter);
}

async function compile(
  ground: Ground,
  rights: Rights,
  permission: string,
  entity: EntitySchema | undefined,
): Promise<Compiled> {
  const ways = await waysOf(ground, rights, permission, entity);
  const isShared = ways.every(({ alternative }) => !mentionsActor(alternative.right.filter));
  const grants = ways.map(({ rows, fields }) => Object.freeze({ rows, fields }));
  return { ways, grants: isShared ? Object.freeze(grants) : undefined };
}

function bound({ ways, grants }: Compiled, actor: Actor): readonly Grant[] {
  if (grants) return grants;
  return ways.flatMap(({ alternative: { right }, place, rows, fields }) => {
    if (right.filter === undefined) return [{ rows, fields }];
    const filter = bindActor(right.filter, actor);
    return filter === undefined ? [] : [{ rows: joined(place, filter), fields }];
  });
}

function joined(place: Filter | undefined, filter: Filter | undefined): Filter | undefined {
  return place === undefined || filter === undefined ? (place ?? filter) : { and: [place, filter] };
}

function mentionsActor(filter: Filter | undefined): boolean {
  return filter !== undefined && JSON.stringify(filter).includes('"$');
}

/** Whoever makes a row has to say whose it is, which the rows of the grant confine. */
function fieldsOf(
  { right: { fields } }: Alternative,
  permission: string,
  entity: EntitySchema | undefined,
): ReadonlySet<string> | undefined {
  if (fields === undefined) return undefined;
  const key = entity && scopeKey(entity);
  return new Set(key !== undefined && permission.endsWith(':create') ? [...fields, key] : fields);
}
