import {
  type Actor,
  BackplaneError,
  grantsOf,
  isRoot,
  type Resource,
  resources,
  rowsOf,
  type Services,
} from 'backplane';
import type { Filter } from 'backplane/data';
import { Role } from '../entities/role.ts';
import { Team } from '../entities/team.ts';
import type { Way } from '../rights/granted.ts';
import { describeRule, permissionsIn } from './describe-rule.ts';

/** One grant that counts, and where it comes from. */
export interface ExplainedGrant {
  readonly permission: string;
  /** As it was written. */
  readonly pattern: string;
  /** Of the membership, and of the grant where that role inherits. */
  readonly roles: readonly string[];
  readonly writtenIn: string;
  readonly teams: readonly string[];
  readonly fields: readonly string[] | null;
  readonly filter: Filter | null;
}

/** Why somebody may do something, or not. */
export interface AccessExplanation {
  readonly user: { readonly id: string; readonly email: string };
  readonly entity: string;
  readonly operation: string;
  readonly rule: string;
  readonly isRoot: boolean;
  readonly grants: readonly ExplainedGrant[];
  readonly allowed: boolean;
  /** `null`: all rows. */
  readonly filter: Filter | null;
  /** Fields by alternative; `null`: all. */
  readonly fields: readonly (readonly string[] | null)[];
  readonly sql: string | null;
  readonly parameters: readonly unknown[];
}

const readings = ['list', 'get', 'search'];

/** Teams that are named of a grant at most. */
const named = 5;

/**
 * Explains access.
 *
 * @param who id or address of a user
 * @throws ROW_NOT_FOUND, ENTITY_UNKNOWN
 */
export async function explainAccess(
  services: Services,
  who: string,
  entity: string,
  asked: string,
): Promise<AccessExplanation> {
  const operation = readings.includes(asked) ? 'read' : asked;
  const { data, kernel } = services;
  const users = data.repository('auth.user');
  const user = (await users.find(who)) ?? (await users.query().where({ email: who.toLowerCase() }).first());
  if (user === undefined) throw new BackplaneError('ROW_NOT_FOUND', { entity: 'auth.user', id: who });
  const table = kernel.snapshot.get(resources);
  const resource: Resource = table.get(entity);
  const { schema } = resource;
  const actor: Actor = { id: user.id, roles: user.admin ? ['admin'] : [] };
  const term = resource.term(operation);
  const grants = await grantsOf(term, {
    actor,
    entity: schema,
    operation,
    authorities: table.authorities,
    catalog: table.catalog,
  });
  const explained: ExplainedGrant[] = [];
  for (const permission of permissionsIn(term)) {
    for (const way of await services.teams.ways({ actor, permission, entity: schema })) {
      explained.push(await explainWay(services, permission, way));
    }
  }
  const rows = rowsOf(grants);
  const access = (name: string): Filter | undefined => (name === entity ? rows : undefined);
  const statement =
    grants.length === 0
      ? undefined
      : await data.reader(schema.options.database).explain(entity, {}, { access });
  return {
    user: { id: user.id, email: user.email },
    entity,
    operation,
    rule: describeRule(term),
    isRoot: isRoot(actor),
    grants: explained,
    allowed: grants.length > 0,
    // How it is looked up is no part of what it says.
    filter: rows === undefined ? null : JSON.parse(JSON.stringify(rows)),
    fields: grants.map(({ fields }) => (fields ? [...fields].sort() : null)),
    sql: statement?.sql ?? null,
    parameters: statement?.parameters ?? [],
  };
}

async function explainWay(
  { data }: Services,
  permission: string,
  { alternative: { right, roleIds, teamIds } }: Way,
): Promise<ExplainedGrant> {
  const namesOf = async (
    entity: typeof Role | typeof Team,
    ids: Iterable<string>,
  ): Promise<readonly string[]> => {
    const all = [...ids];
    const rows = await data
      .repository({ name: entity.name })
      .query()
      .whereIn('id', all.slice(0, named))
      .get();
    const names = rows.map((row) => String(row.name)).sort();
    return all.length > named ? [...names, `and ${all.length - named} more`] : names;
  };
  const [writtenIn = right.roleId] = await namesOf(Role, [right.roleId]);
  return {
    permission,
    pattern: right.permission,
    roles: await namesOf(Role, roleIds),
    writtenIn,
    teams: await namesOf(Team, teamIds),
    fields: right.fields ?? null,
    filter: right.filter ?? null,
  };
}
