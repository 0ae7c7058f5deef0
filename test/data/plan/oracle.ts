import type { Filter } from 'backplane/data';
import type { ResolvedRelation } from '../../../kernel/data/entity/entity-schema.ts';
import { blog } from '../support/blog.ts';
import type { SeedRow } from './seed.ts';

/** Rows in memory, and what a filter and a sort make of them: what every database must agree with. */
export interface World {
  readonly rows: Readonly<Record<string, readonly SeedRow[]>>;
  /** Ids of posts and tags that belong together. */
  readonly tagged: readonly (readonly [post: string, tag: string])[];
}

/** The rows that satisfy the filter, in order. */
export function expected(
  world: World,
  entity: string,
  filter: Filter,
  sort: readonly string[] = [],
): readonly SeedRow[] {
  const keys = [...sort, sort.at(-1)?.startsWith('-') ? '-id' : 'id'];
  return alive(world, entity)
    .filter((row) => matches(world, entity, row, filter))
    .sort((one, other) => {
      for (const key of keys) {
        const name = key.replace('-', '');
        const order = compare(one[name], other[name]);
        if (order !== 0) return key.startsWith('-') ? -order : order;
      }
      return 0;
    });
}

export function matches(world: World, entity: string, row: SeedRow, filter: Filter): boolean {
  return Object.entries(filter).every(([name, value]) => {
    if (name === 'and') return filters(value).every((one) => matches(world, entity, row, one));
    if (name === 'or') return filters(value).some((one) => matches(world, entity, row, one));
    if (name === 'not') return !matches(world, entity, row, value as Filter);
    const relation = blog.get(entity).relations.get(name);
    if (relation !== undefined) return related(world, row, relation, value as Filter);
    return Object.entries(value as object).every(([operator, given]) => holds(operator, row[name], given));
  });
}

function related(world: World, row: SeedRow, relation: ResolvedRelation, condition: Filter): boolean {
  const others = alive(world, relation.target).filter((other) => {
    if (relation.kind === 'belongsTo') return other.id === row[relation.key];
    if (relation.kind !== 'manyToMany') return other[relation.key] === row.id;
    return world.tagged.some((pair) => pair.includes(String(row.id)) && pair.includes(String(other.id)));
  });
  const fits = (filter: unknown) => (other: SeedRow) =>
    matches(world, relation.target, other, filter as Filter);
  if (relation.kind === 'belongsTo' || relation.kind === 'hasOne') return others.some(fits(condition));
  return Object.entries(condition).every(([quantifier, filter]) => {
    if (quantifier === 'every') return others.every(fits(filter));
    return others.some(fits(filter)) === (quantifier === 'some');
  });
}

function holds(operator: string, value: unknown, given: unknown): boolean {
  const isNull = value === null;
  switch (operator) {
    case 'isNull':
      return isNull === given;
    case 'eq':
      return value === given;
    case 'ne':
      return value !== given;
    case 'in':
      return (given as unknown[]).includes(value);
    case 'nin':
      return !(given as unknown[]).includes(value);
    case 'startsWith':
      return !isNull && String(value).startsWith(String(given));
    case 'contains':
      return !isNull && String(value).includes(String(given));
    default: {
      if (isNull) return false;
      const order = compare(value, given);
      if (operator === 'gt') return order > 0;
      if (operator === 'gte') return order >= 0;
      return operator === 'lt' ? order < 0 : order <= 0;
    }
  }
}

/** NULL first; texts by code points, which is the order of their bytes in UTF-8. */
function compare(one: unknown, other: unknown): number {
  if (one === null || other === null) return Number(one !== null) - Number(other !== null);
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)));
}

function alive({ rows }: World, entity: string): readonly SeedRow[] {
  return (rows[entity] ?? []).filter(({ deletedAt }) => deletedAt === undefined || deletedAt === null);
}

function filters(value: unknown): readonly Filter[] {
  return value as readonly Filter[];
}
