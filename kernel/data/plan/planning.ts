import { didYouMean } from '../../errors.ts';
import type { EntityCatalog } from '../entity/catalog.ts';
import type { EntitySchema } from '../entity/entity-schema.ts';
import type { Faults } from './faults.ts';
import type { Deleted, Slot, Source } from './plan.ts';
import type { ReadLimits } from './request.ts';

/** What planning one request knows and gathers. */
export interface Planning {
  readonly catalog: EntityCatalog;
  readonly limits: ReadLimits;
  readonly faults: Faults;
  /** The values that the plan names the places of. */
  readonly values: unknown[];
  /** Is it the application's own word, so that it may name every field and has no limits? */
  readonly trusted: boolean;
  /** Conditions so far. */
  nodes: number;
  /** An alias of an entity, with its row rule. */
  source(entity: EntitySchema): Source;
}

/** Counts conditions, and complains once when there are too many. */
export function countNode(planning: Planning, entity: EntitySchema, path: string, count: number): void {
  const { filterNodes } = planning.limits;
  const before = planning.nodes;
  planning.nodes += count;
  if (planning.trusted || before > filterNodes || planning.nodes <= filterNodes) return;
  planning.faults.invalid(entity.name, path, `A filter may have ${filterNodes} conditions at most.`);
}

/** Puts a value beside the plan. */
export function place(planning: Planning, value: unknown): Slot {
  return planning.values.push(value) - 1;
}

/** The same source with another word on deleted rows. */
export function withDeleted(source: Source, deleted: Deleted | undefined): Source {
  return deleted === undefined ? source : { ...source, deleted };
}

/** Faults for what a part of a request says beside what it may. */
export function refuseUnknown(
  planning: Planning,
  entity: EntitySchema,
  part: object,
  names: readonly string[],
  path: string,
): void {
  for (const name of Object.keys(part)) {
    if (names.includes(name)) continue;
    const at = path === '' ? name : `${path}.${name}`;
    const reason = `A request knows no "${name}".${didYouMean(name, names)} It knows ${names.join(', ')}.`;
    planning.faults.invalid(entity.name, at, reason);
  }
}
