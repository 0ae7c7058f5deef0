import type { Database } from '../database/database.ts';
import type { EntityCatalog } from '../entity/catalog.ts';
import { EntityModel } from './entity-model.ts';

/** Where databases are found by name: `Databases`, or anything that knows some. */
export interface DatabaseSource {
  /** @param name that of the default database if left out */
  get(name?: string): Database;
}

/**
 * The models of a catalog. They belong to that catalog alone: the next one, after a reload, has models of its own, and
 * these go with the last who holds them.
 */
export class Models {
  readonly catalog: EntityCatalog;
  /** ms since the epoch */
  readonly now: () => number;
  readonly #databases: DatabaseSource;
  readonly #models = new Map<string, EntityModel>();

  constructor(databases: DatabaseSource, catalog: EntityCatalog, now: () => number = Date.now) {
    this.#databases = databases;
    this.catalog = catalog;
    this.now = now;
  }

  /** @throws ENTITY_UNKNOWN, DATABASE_UNKNOWN */
  get(entity: string): EntityModel {
    const known = this.#models.get(entity);
    if (known) return known;
    const schema = this.catalog.get(entity);
    const database = this.#databases.get(schema.options.database ?? 'default');
    const model = new EntityModel(schema, database, this);
    this.#models.set(entity, model);
    return model;
  }
}
