import type { EntityCatalog } from '../entity/catalog.ts';
import type { EntityDefinition } from '../entity/define.ts';
import type { Entities } from '../entity/types.ts';
import { type DatabaseSource, Models } from '../model/models.ts';
import { Repository } from './repository.ts';
import { RowStore } from './row-store.ts';

export interface DataContextOptions {
  /** Where the entities lie: `Databases`, or `{ get: () => database }` for a single one. */
  readonly databases: DatabaseSource;
  readonly catalog: EntityCatalog;
  /** ms since the epoch, for the times that rows carry; the system's clock if left out. */
  readonly now?: () => number;
}

/**
 * The entities of a catalog in their databases. Another catalog, after a reload, takes another context; what belongs to
 * the old one goes with the last who holds it.
 *
 * @example
 * const data = new DataContext({ databases, catalog });
 * const post = await data.repository(Post).findOrFail(id);
 */
export class DataContext {
  readonly #models: Models;
  readonly #stores = new Map<string, RowStore>();

  constructor({ databases, catalog, now }: DataContextOptions) {
    this.#models = new Models(databases, catalog, now);
  }

  /**
   * The rows of an entity.
   *
   * @param entity its definition, or its name
   * @throws ENTITY_UNKNOWN, DATABASE_UNKNOWN
   */
  repository<Name extends keyof Entities & string>(entity: Name): Repository<Entities[Name]>;
  repository<Definition extends EntityDefinition>(entity: Definition): Repository<Definition>;
  repository(entity: string | EntityDefinition): unknown {
    return new Repository(this.#store(typeof entity === 'string' ? entity : entity.name));
  }

  #store(name: string): RowStore {
    const known = this.#stores.get(name);
    if (known) return known;
    const made = new RowStore(this.#models.get(name));
    this.#stores.set(name, made);
    return made;
  }
}
