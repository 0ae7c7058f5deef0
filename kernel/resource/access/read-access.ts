import type { EntityCatalog } from '../../data/entity/catalog.ts';
import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { Filter } from '../../data/entity/filter.ts';
import type { Access } from '../../data/plan/begin-planning.ts';
import { BackplaneError } from '../../errors.ts';
import { bothGrants, covering, type Grant, rowsOf } from './grant.ts';
import { type Uses, usesOf } from './uses.ts';

/** What answers for one actor: what they are granted for an operation on an entity. */
export interface Grants {
  readonly catalog: EntityCatalog;
  of(entity: EntitySchema, operation: string): readonly Grant[] | Promise<readonly Grant[]>;
  /** The error for who is granted nothing. */
  refusal(entity: EntitySchema, operation: string): BackplaneError;
}

/** A request narrowed to what its actor may see, and the row rule of each entity that it looks at. */
export interface ReadAccess<Request> {
  readonly request: Request;
  /** `undefined`: all rows of all entities. */
  readonly access: Access | undefined;
}

/**
 * Finds out what of a request an actor may see.
 *
 * Where grants differ in their fields, a request finds the rows of those grants that allow all fields it asks about; one
 * that names no fields gets those that all its grants allow.
 *
 * @param operations which must all be granted on the entity itself; `read` on those that are looked at along with it
 * @param selects does it read fields of rows? An aggregate does not
 * @throws what `refusal` makes, FIELD_FORBIDDEN
 */
export async function readAccess<Request extends object>(
  grants: Grants,
  entity: EntitySchema,
  operations: readonly string[],
  request: Request,
  selects = true,
): Promise<ReadAccess<Request>> {
  const { catalog } = grants;
  const uses = usesOf(catalog, entity, request);
  const granted = new Map<string, readonly Grant[]>();
  for (const name of uses.keys()) {
    const schema = catalog.get(name);
    granted.set(name, await grantedFor(grants, schema, name === entity.name ? operations : ['read']));
  }
  const limits = fieldLimits(granted);
  const narrowed = limits.size === 0 ? request : withFields(catalog, entity, request, limits, selects);
  const finalUses = limits.size === 0 ? uses : usesOf(catalog, entity, narrowed);
  const rules = new Map<string, Filter>();
  for (const [name, list] of granted) {
    const rows = rowsOf(covers(name, list, finalUses));
    if (rows !== undefined) rules.set(name, rows);
  }
  return { request: narrowed, access: rules.size === 0 ? undefined : (name) => rules.get(name) };
}

/** What is granted for all of these operations together. @throws what `refusal` makes if that is nothing */
export async function grantedFor(
  grants: Grants,
  entity: EntitySchema,
  operations: readonly string[],
): Promise<readonly Grant[]> {
  let common: readonly Grant[] | undefined;
  for (const operation of operations) {
    const list = await grants.of(entity, operation);
    if (list.length === 0) throw grants.refusal(entity, operation);
    common = common === undefined ? list : bothGrants(common, list);
  }
  return common ?? [];
}

/** Those grants that allow everything the request asks about. */
function covers(entity: string, list: readonly Grant[], uses: Uses): readonly Grant[] {
  const fields = uses.get(entity) ?? new Set();
  const fitting = covering(list, fields);
  if (fitting.length > 0) return fitting;
  const [field = 'id'] = [...fields].filter((one) => covering(list, new Set([one])).length === 0);
  throw new BackplaneError('FIELD_FORBIDDEN', { entity, field });
}

/** For each entity with grants that are limited to fields: the fields that all its grants allow. */
function fieldLimits(
  granted: ReadonlyMap<string, readonly Grant[]>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const limits = new Map<string, ReadonlySet<string>>();
  for (const [entity, list] of granted) {
    for (const { fields } of list) {
      if (fields === undefined) continue;
      limits.set(entity, limits.get(entity)?.intersection(fields) ?? fields);
    }
  }
  return limits;
}

type Parts = Readonly<Record<string, unknown>>;

/** The request with its fields written out where they are limited. */
function withFields<Request extends object>(
  catalog: EntityCatalog,
  entity: EntitySchema,
  request: Request,
  limits: ReadonlyMap<string, ReadonlySet<string>>,
  selects = true,
): Request {
  const parts: { readonly fields?: unknown; readonly include?: unknown } = request;
  const limit = limits.get(entity.name);
  const include = isRecord(parts.include)
    ? includesWithFields(catalog, entity, parts.include, limits)
    : undefined;
  return {
    ...request,
    ...(selects && limit !== undefined && parts.fields === undefined
      ? { fields: [...entity.fields.values()].flatMap((field) => readable(field, limit)) }
      : {}),
    ...(include === undefined ? {} : { include }),
  };
}

function readable(
  { name, readable }: { readonly name: string; readonly readable: boolean },
  limit: ReadonlySet<string>,
): readonly string[] {
  return readable && (name === 'id' || limit.has(name)) ? [name] : [];
}

function includesWithFields(
  catalog: EntityCatalog,
  entity: EntitySchema,
  include: Parts,
  limits: ReadonlyMap<string, ReadonlySet<string>>,
): Parts {
  return Object.fromEntries(
    Object.entries(include).map(([name, request]) => {
      const relation = entity.relations.get(name);
      const target = relation && catalog.find(relation.target);
      return [name, target && isRecord(request) ? withFields(catalog, target, request, limits) : request];
    }),
  );
}

function isRecord(value: unknown): value is Parts {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
