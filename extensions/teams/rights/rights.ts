import { covers } from 'backplane';
import type { Database } from 'backplane/data';
import { type RoleBook, type RoleRight, readRoles } from './role-grants.ts';

/** A membership, without the user. */
export interface Place {
  readonly teamId: string;
  readonly roleId: string;
}

/** One reach of a permission (the same fields, the same filter), and where it was given. */
export interface Alternative {
  readonly right: RoleRight;
  /** Roles of memberships that have it. */
  readonly roleIds: ReadonlySet<string>;
  /** Teams of those memberships. */
  readonly teamIds: ReadonlySet<string>;
  /** What it comes from, for explanations. */
  readonly rights: readonly RoleRight[];
}

/** All that one user was granted, as it stood at one moment. */
export class Rights {
  readonly userId: string;
  readonly places: readonly Place[];
  readonly book: RoleBook;
  readonly #alternatives = new Map<string, readonly Alternative[]>();
  #byPermission: ReadonlyMap<string, readonly RoleRight[]> | undefined;
  #holders: ReadonlyMap<string, readonly string[]> | undefined;
  #teams: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(userId: string, places: readonly Place[], book: RoleBook) {
    this.userId = userId;
    this.places = places;
    this.book = book;
  }

  /** How many memberships' teams there are with roles other than these. */
  holdsOnly(roleIds: ReadonlySet<string>): boolean {
    return this.#teamsByRole().size === roleIds.size;
  }

  /**
   * The ways in which a permission was granted. However many grants say the same, they are one: what a request costs must
   * not depend on how many there are.
   */
  alternatives(permission: string): readonly Alternative[] {
    const known = this.#alternatives.get(permission);
    if (known) return known;
    const groups = new Map<string, RoleRight[]>();
    for (const [pattern, rights] of this.#rightsByPermission()) {
      if (!covers(pattern, permission)) continue;
      for (const right of rights) {
        const group = groups.get(right.reach);
        if (group === undefined) groups.set(right.reach, [right]);
        else group.push(right);
      }
    }
    const made = [...groups.values()].flatMap((rights) => this.#alternative(rights));
    this.#alternatives.set(permission, made);
    return made;
  }

  #alternative(rights: readonly RoleRight[]): readonly Alternative[] {
    const [right] = rights;
    if (right === undefined) return [];
    const holders = this.#holdersByRole();
    const written = new Set(rights.map((one) => one.roleId));
    const roleIds = new Set([...written].flatMap((roleId) => holders.get(roleId) ?? []));
    const teams = this.#teamsByRole();
    const teamIds = new Set([...roleIds].flatMap((roleId) => teams.get(roleId) ?? []));
    return [{ right, roleIds, teamIds, rights }];
  }

  #rightsByPermission(): ReadonlyMap<string, readonly RoleRight[]> {
    this.#byPermission ??= Map.groupBy([...this.book.grants.values()].flat(), (right) => right.permission);
    return this.#byPermission;
  }

  /** Role that a grant was written for → roles of memberships that have it. */
  #holdersByRole(): ReadonlyMap<string, readonly string[]> {
    if (this.#holders) return this.#holders;
    const holders = new Map<string, string[]>();
    for (const [holder, line] of this.book.lines) {
      for (const one of line) {
        const list = holders.get(one);
        if (list === undefined) holders.set(one, [holder]);
        else list.push(holder);
      }
    }
    this.#holders = holders;
    return holders;
  }

  #teamsByRole(): ReadonlyMap<string, readonly string[]> {
    if (this.#teams) return this.#teams;
    const teams = new Map<string, string[]>();
    for (const { teamId, roleId } of this.places) {
      const list = teams.get(roleId);
      if (list === undefined) teams.set(roleId, [teamId]);
      else list.push(teamId);
    }
    this.#teams = teams;
    return teams;
  }
}

/**
 * Reads what a user was granted.
 *
 * @param options `held`: as it is now, whatever the transaction has seen before, and as it stays until that ends
 */
export async function readRights(
  database: Database,
  userId: string,
  options: { readonly held?: boolean } = {},
): Promise<Rights> {
  const query = database.knex('teams_memberships').select('team_id', 'role_id').where('user_id', userId);
  const rows: readonly Readonly<Record<string, unknown>>[] = await (options.held ? query.forShare() : query);
  const places = rows.map(({ team_id, role_id }) => ({ teamId: String(team_id), roleId: String(role_id) }));
  const book = await readRoles(database, new Set(places.map(({ roleId }) => roleId)), options);
  return new Rights(userId, places, book);
}
