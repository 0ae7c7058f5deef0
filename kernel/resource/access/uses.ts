import type { EntityCatalog } from '../../data/entity/catalog.ts';
import type { EntitySchema, ResolvedRelation } from '../../data/entity/entity-schema.ts';

/** The entities that a request looks at, each with the fields that it asks about. */
export type Uses = Map<string, Set<string>>;

/**
 * What a request looks at: filters, sorts and groups by, searches or reads. What it names and there is not is left to the
 * planner, which says so.
 *
 * @param request a ReadRequest or an AggregateRequest as it came: of any shape
 */
export function usesOf(catalog: EntityCatalog, entity: EntitySchema, request: object): Uses {
  const walk: Walk = { catalog, uses: new Map([[entity.name, new Set()]]), depth: 0 };
  walkRequest(walk, entity, request as Readonly<Record<string, unknown>>);
  return walk.uses;
}

interface Walk {
  readonly catalog: EntityCatalog;
  readonly uses: Uses;
  /** Filters and includes around where it is. */
  depth: number;
}

/** Far more than a plan may have: what lies deeper is refused when it is planned, and must not exhaust the stack here. */
const deepest = 100;

function deeper(walk: Walk, work: () => void): void {
  if (walk.depth >= deepest) return;
  walk.depth += 1;
  work();
  walk.depth -= 1;
}

const listsOfFields = ['fields', 'groupBy', 'sum', 'avg', 'min', 'max'] as const;

function walkRequest(
  walk: Walk,
  entity: EntitySchema,
  // Read as the planner reads it, inherited members too: what is planned must have been looked at here.
  parts: Readonly<Record<string, unknown>>,
): void {
  for (const list of listsOfFields) for (const name of texts(parts[list])) use(walk, entity, name);
  for (const name of texts(parts.sort)) use(walk, entity, name.replace(/^-/, ''));
  if (parts.search !== undefined) for (const name of entity.search) use(walk, entity, name);
  if (isRecord(parts.near) && typeof parts.near.field === 'string') use(walk, entity, parts.near.field);
  walkFilter(walk, entity, parts.filter);
  walkIncludes(walk, entity, parts.include);
}

function walkIncludes(walk: Walk, entity: EntitySchema, include: unknown): void {
  if (!isRecord(include)) return;
  for (const [name, request] of Object.entries(include)) {
    const target = follow(walk, entity, name);
    if (target !== undefined && isRecord(request)) deeper(walk, () => walkRequest(walk, target, request));
  }
}

function walkFilter(walk: Walk, entity: EntitySchema, filter: unknown): void {
  if (!isRecord(filter)) return;
  for (const [name, value] of Object.entries(filter)) {
    if (name === 'and' || name === 'or') {
      if (Array.isArray(value)) for (const one of value) deeper(walk, () => walkFilter(walk, entity, one));
    } else if (name === 'not') deeper(walk, () => walkFilter(walk, entity, value));
    else if (entity.fields.has(name)) use(walk, entity, name);
    else {
      const target = follow(walk, entity, name);
      if (target === undefined) continue;
      const isOne =
        entity.relations.get(name)?.kind === 'belongsTo' || entity.relations.get(name)?.kind === 'hasOne';
      const inner = isOne ? [value] : isRecord(value) ? Object.values(value) : [];
      for (const one of inner) deeper(walk, () => walkFilter(walk, target, one));
    }
  }
}

/** The other end of a relation. Its rows tell what the key holds, so that the key is asked about, too. */
function follow(walk: Walk, entity: EntitySchema, name: string): EntitySchema | undefined {
  const relation: ResolvedRelation | undefined = entity.relations.get(name);
  const target = relation && walk.catalog.find(relation.target);
  if (relation === undefined || target === undefined) return undefined;
  if (!walk.uses.has(target.name)) walk.uses.set(target.name, new Set());
  if (relation.kind === 'belongsTo') use(walk, entity, relation.key);
  else if (relation.kind !== 'manyToMany') use(walk, target, relation.key);
  return target;
}

function use({ uses }: Walk, entity: EntitySchema, field: string): void {
  if (entity.fields.has(field)) uses.get(entity.name)?.add(field);
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
