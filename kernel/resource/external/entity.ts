import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { Actor } from '../../http/actor.ts';
import type { ExternalDefinition, ExternalOperation } from './define.ts';

/** An entity whose rows lie behind a provider, with everything that was left to defaults decided. */
export interface ExternalEntity {
  readonly definition: ExternalDefinition;
  readonly schema: EntitySchema;
  /** Name of the capability. */
  readonly capability: string;
  /** Names of the capability's operations. */
  readonly operations: ReadonlyMap<ExternalOperation, string>;
  /** Operators that drivers can filter by, for each field. */
  readonly filter: ReadonlyMap<string, ReadonlySet<string>>;
  readonly sort: readonly string[];
  readonly count: boolean;
  readonly tenant: (actor: Actor | undefined) => string | undefined;
}

/** What can be asked of a list, for messages and documents. */
export function inWords({ filter, sort }: Pick<ExternalEntity, 'filter' | 'sort'>): {
  readonly filter: string;
  readonly sort: string;
} {
  const fields = [...filter].map(([name, operators]) => `"${name}" (${[...operators].join(', ')})`);
  return {
    filter:
      fields.length === 0
        ? 'Its provider cannot filter.'
        : `Its provider can filter by ${fields.join(', ')}; several conditions must all hold.`,
    sort: sort.length === 0 ? 'Its provider cannot sort.' : `Its provider can sort by ${sort.join(', ')}.`,
  };
}
