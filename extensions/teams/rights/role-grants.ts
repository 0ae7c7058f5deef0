import type { Database, Filter } from 'backplane/data';

/** A grant of a role, as it is compared and compiled. */
export interface RoleRight {
  readonly grantId: string;
  /** The role that it was written for; others may inherit it. */
  readonly roleId: string;
  /** `blog.post:read`, or a pattern. */
  readonly permission: string;
  /** Sorted. */
  readonly fields: readonly string[] | undefined;
  readonly filter: Filter | undefined;
  /** The same for rights that reach the same rows and fields. */
  readonly reach: string;
}

/** The grants of roles, with those that they inherit. */
export interface RoleBook {
  /** By the role that they were written for. */
  readonly grants: ReadonlyMap<string, readonly RoleRight[]>;
  /** Each of the roles that were asked for → itself and all that it inherits. */
  readonly lines: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Ids in one statement: SQLite takes 32,766 parameters, MSSQL 2,100. */
const atOnce = 1000;

/**
 * Reads what roles grant: a statement for each step of inheritance, and one for the grants of all.
 *
 * @param options `held`: as it is now, whatever the transaction has seen before, and as it stays until that ends
 */
export async function readRoles(
  database: Database,
  roleIds: ReadonlySet<string>,
  { held = false }: { readonly held?: boolean } = {},
): Promise<RoleBook> {
  const rowsOf = rowsIn(database, held);
  const parents = new Map<string, string[]>();
  const known = new Set(roleIds);
  for (let next = [...known]; next.length > 0; ) {
    const edges = await rowsOf('teams_inheritances', ['role_id', 'inherited_id'], 'role_id', next);
    next = [];
    for (const edge of edges) {
      const [role, inherited] = [String(edge.role_id), String(edge.inherited_id)];
      parents.set(role, [...(parents.get(role) ?? []), inherited]);
      if (known.has(inherited)) continue;
      known.add(inherited);
      next.push(inherited);
    }
  }
  const lines = new Map([...roleIds].map((id) => [id, lineOf(id, parents)] as const));
  const columns = ['id', 'role_id', 'permission', 'fields', 'filter'];
  const grants = new Map<string, RoleRight[]>();
  for (const row of await rowsOf('teams_grants', columns, 'role_id', [...known])) {
    const right = rightOf(row);
    const list = grants.get(right.roleId);
    if (list === undefined) grants.set(right.roleId, [right]);
    else list.push(right);
  }
  return { grants, lines };
}

/** Everything that a role grants, its own and what it inherits. */
export function rightsIn({ grants, lines }: RoleBook, roleId: string): readonly RoleRight[] {
  return [...(lines.get(roleId) ?? [])].flatMap((one) => grants.get(one) ?? []);
}

/** A right that may not stand in a table yet. */
export function makeRight(
  permission: string,
  fields: unknown,
  filter: unknown,
  ids: { readonly grantId: string; readonly roleId: string },
): RoleRight {
  const names = Array.isArray(fields) ? fields.map(String).sort() : undefined;
  const rows = isFilter(filter) ? filter : undefined;
  return { ...ids, permission, fields: names, filter: rows, reach: JSON.stringify([names, rows]) };
}

type Row = Readonly<Record<string, unknown>>;

function rowsIn({ knex }: Database, held: boolean) {
  return async (
    table: string,
    columns: readonly string[],
    column: string,
    ids: readonly string[],
  ): Promise<Row[]> => {
    const rows: Row[] = [];
    for (let from = 0; from < ids.length; from += atOnce) {
      const query = knex(table)
        .select([...columns])
        .whereIn(column, ids.slice(from, from + atOnce));
      const found: Row[] = await (held ? query.forShare() : query);
      for (const row of found) rows.push(row);
    }
    return rows;
  };
}

function rightOf(row: Row): RoleRight {
  const ids = { grantId: String(row.id), roleId: String(row.role_id) };
  return makeRight(String(row.permission), json(row.fields), json(row.filter), ids);
}

/** Databases give JSON as text, or parsed. */
function json(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : value;
}

function isFilter(value: unknown): value is Filter {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lineOf(roleId: string, parents: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const line = new Set([roleId]);
  for (const one of line) for (const parent of parents.get(one) ?? []) line.add(parent);
  return line;
}
