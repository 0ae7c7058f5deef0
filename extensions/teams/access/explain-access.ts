import {
  type Actor,
  BackplaneError,
  didYouMean,
  type Grant,
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
import { operationsOf } from './known-operations.ts';

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
  /** What else the row has to satisfy where it is one that is there already: who changes it must see it. */
  readonly reading: {
    readonly rule: string;
    readonly allowed: boolean;
    readonly filter: Filter | null;
  } | null;
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
 * @throws ROW_NOT_FOUND, ENTITY_UNKNOWN, METHOD_UNKNOWN
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
  const known = operationsOf(table, entity);
  if (!known.has(operation)) {
    const suggestion = didYouMean(operation, [...known, ...readings]);
    throw new BackplaneError('METHOD_UNKNOWN', { entity, method: operation, suggestion });
  }
  const actor: Actor = { id: user.id, roles: user.admin ? ['admin'] : [] };
  const term = resource.term(operation);
  const granted = async (what: string): Promise<readonly Grant[]> =>
    grantsOf(resource.term(what), {
      actor,
      entity: schema,
      operation: what,
      authorities: table.authorities,
      catalog: table.catalog,
      termOf: (name, other) => table.get(name).term(other),
    });
  const grants = await granted(operation);
  const explained: ExplainedGrant[] = [];
  for (const permission of permissionsIn(term)) {
    for (const way of await services.teams.ways({ actor, permission, entity: schema })) {
      explained.push(await explainWay(services, permission, way));
    }
  }
  const rows = rowsOf(grants);
  const readable = isOnRow(resource, operation) ? await granted('read') : undefined;
  const access = (name: string): Filter | undefined => (name === entity ? rows : undefined);
  const statement =
    grants.length === 0 || resource.external !== undefined
      ? undefined
      : await data.reader(schema.options.database).explain(entity, {}, { access });
  return {
    user: { id: user.id, email: user.email },
    entity,
    operation,
    rule: describeRule(term),
    reading: readable
      ? {
          rule: describeRule(resource.term('read')),
          allowed: readable.length > 0,
          filter: shown(rowsOf(readable)),
        }
      : null,
    isRoot: isRoot(actor),
    grants: explained,
    allowed: grants.length > 0,
    filter: shown(rows),
    fields: grants.map(({ fields }) => (fields ? [...fields].sort() : null)),
    sql: statement?.sql ?? null,
    parameters: statement?.parameters ?? [],
  };
}

/** Is it done with a row that is there? Methods are, whose input has an id. */
function isOnRow({ methods }: Resource, operation: string): boolean {
  if (['update', 'delete', 'restore'].includes(operation)) return true;
  const { properties }: { readonly properties?: unknown } = methods.get(operation)?.method.input ?? {};
  return typeof properties === 'object' && properties !== null && 'id' in properties;
}

/** How it is looked up is no part of what it says. */
function shown(rows: Filter | undefined): Filter | null {
  return rows === undefined ? null : JSON.parse(JSON.stringify(rows));
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
