import { FaultList, messageOf } from '../../errors.ts';
import type { EntityCatalog } from '../entity/catalog.ts';
import { Faults } from './faults.ts';
import { planFilter } from './filter-plan.ts';
import { defaultLimits } from './request.ts';

/**
 * What is wrong with a filter that is to be kept and become a row rule. `$actor.…` in it stands for a value of any kind.
 *
 * @param trusted may it ask about fields that callers cannot read, and be of any size?
 * @returns nothing: it can be used
 */
export function filterFaults(
  catalog: EntityCatalog,
  entity: string,
  filter: unknown,
  { trusted }: { readonly trusted: boolean },
): readonly string[] {
  const faults = new Faults();
  const source = ({ name }: { readonly name: string }) => ({ entity: name, deleted: 'exclude' }) as const;
  const planning = { catalog, limits: defaultLimits, faults, values: [], trusted, nodes: 0, source };
  try {
    planFilter(planning, catalog.get(entity), withoutMarks(filter), 'filter', 1);
    faults.throwAny();
    return [];
  } catch (error) {
    return error instanceof FaultList ? error.errors.map(messageOf) : [messageOf(error)];
  }
}

/** Operators that take no NULL. */
const ordered = new Set(['gt', 'gte', 'lt', 'lte', 'startsWith', 'contains']);

/** With NULL for what only a request knows: it may be compared with every field. */
function withoutMarks(value: unknown, name = ''): unknown {
  if (typeof value === 'string' && value.startsWith('$actor.')) return ordered.has(name) ? undefined : null;
  if (Array.isArray(value)) return value.map((one) => withoutMarks(one));
  if (typeof value !== 'object' || value === null) return value;
  const bare = Object.entries(value).map(([key, one]) => [key, withoutMarks(one, key)]);
  return Object.fromEntries(bare.filter(([, one]) => one !== undefined));
}
