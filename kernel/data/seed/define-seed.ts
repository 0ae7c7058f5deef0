import type { Database } from '../database/database.ts';
import type { EntityDefinition } from '../entity/define.ts';
import type { Factory } from '../factory/factory.ts';
import type { Repository } from '../repository/repository.ts';

/** What a seed works with. */
export interface SeedContext {
  /** The rows of an entity. `upsert` makes a seed that may run again. */
  readonly repository: <Definition extends EntityDefinition>(entity: Definition) => Repository<Definition>;
  readonly factory: <Definition extends EntityDefinition>(entity: Definition) => Factory<Definition>;
  /** The default database; the seed is one transaction of it. */
  readonly database: Database;
}

/** Rows that an application begins with. */
export interface Seed {
  /** Keys of the seeds that must have run before: `<extension>/<name>`. */
  readonly dependsOn?: readonly string[];
  readonly run: (context: SeedContext) => unknown;
}

/**
 * Defines a seed.
 *
 * @example
 * export default defineSeed({
 *   dependsOn: ['auth/admin'],
 *   async run({ repository }) {
 *     await repository(Tag).upsert('name', { name: 'news' });
 *   },
 * });
 */
export function defineSeed(seed: Seed): Seed {
  return seed;
}

/** A seed under its key. */
export interface KeyedSeed {
  /** `<extension>/<name>` */
  readonly key: string;
  readonly seed: Seed;
  /** Of its file; of the text of its function if left out. */
  readonly checksum?: string;
}

/** May this be a seed? */
export function isSeed(value: unknown): value is Seed {
  return typeof value === 'object' && value !== null && 'run' in value && typeof value.run === 'function';
}
