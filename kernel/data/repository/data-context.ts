import type { Faker } from '@faker-js/faker';
import type { Database } from '../database/database.ts';
import type { EntityCatalog } from '../entity/catalog.ts';
import type { EntityDefinition } from '../entity/define.ts';
import type { EntitySchema } from '../entity/entity-schema.ts';
import type { Entities } from '../entity/types.ts';
import { Factory } from '../factory/factory.ts';
import { createFake } from '../factory/fake.ts';
import { UniqueValues } from '../factory/unique-values.ts';
import { type DatabaseSource, Models } from '../model/models.ts';
import { Reader } from '../plan/reader.ts';
import { isRecord, nameOf } from '../value/shown.ts';
import { Repository } from './repository.ts';
import { RowStore } from './row-store.ts';

export interface DataContextOptions {
  /** Where the entities lie: `Databases`, or `{ get: () => database }` for a single one. */
  readonly databases: DatabaseSource;
  readonly catalog: EntityCatalog;
  /** ms since the epoch, for the times that rows carry; the system's clock if left out. */
  readonly now?: () => number;
  /** Factories make the same values again with the same number; others each time if left out. */
  readonly seed?: number;
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
  readonly #databases: DatabaseSource;
  readonly #models: Models;
  readonly #stores = new Map<string, RowStore>();
  readonly #readers = new Map<string, Reader>();
  readonly #unique = new UniqueValues();
  readonly #seed: number | undefined;
  #fake: Faker | undefined;

  constructor({ databases, catalog, now, seed }: DataContextOptions) {
    this.#databases = databases;
    this.#models = new Models(databases, catalog, now);
    this.#seed = seed;
  }

  /** ms since the epoch, by the clock that rows get their times from. */
  now(): number {
    return this.#models.now();
  }

  /** @throws ENTITY_UNKNOWN */
  schema(entity: string): EntitySchema {
    return this.#models.catalog.get(entity);
  }

  /** @param name that of the default database if left out @throws DATABASE_UNKNOWN */
  database(name = 'default'): Database {
    return this.#databases.get(name);
  }

  /**
   * The rows of an entity.
   *
   * @param entity its definition or its name; its schema, where types are not known
   * @throws ENTITY_UNKNOWN, DATABASE_UNKNOWN
   */
  repository<Name extends keyof Entities & string>(entity: Name): Repository<Entities[Name]>;
  repository<Definition extends EntityDefinition>(entity: Definition): Repository<Definition>;
  repository(entity: { readonly name: string }): Repository;
  repository(entity: string | { readonly name: string }): unknown {
    return new Repository(this.#store(entityName(entity)));
  }

  /**
   * Makes plausible rows of an entity.
   *
   * @param entity its definition or its name; its schema, where types are not known
   * @throws ENTITY_UNKNOWN, DATABASE_UNKNOWN
   */
  factory<Name extends keyof Entities & string>(entity: Name): Factory<Entities[Name]>;
  factory<Definition extends EntityDefinition>(entity: Definition): Factory<Definition>;
  factory(entity: { readonly name: string }): Factory;
  factory(entity: string | { readonly name: string }): unknown {
    const name = entityName(entity);
    this.#models.get(name);
    this.#fake ??= createFake(this.#seed, this.now());
    const world = { fake: this.#fake, unique: this.#unique, store: (other: string) => this.#store(other) };
    return new Factory(world, name);
  }

  /**
   * Reads entities by requests that come from outside: filters, includes, cursors and row rules, in one statement.
   *
   * @param name of the database; that of the default one if left out
   * @throws DATABASE_UNKNOWN
   */
  reader(name = 'default'): Reader {
    const known = this.#readers.get(name);
    if (known) return known;
    const made = new Reader(this.#databases.get(name), this.#models.catalog);
    this.#readers.set(name, made);
    return made;
  }

  #store(name: string): RowStore {
    const known = this.#stores.get(name);
    if (known) return known;
    const made = new RowStore(this.#models.get(name));
    this.#stores.set(name, made);
    return made;
  }
}

/** Of what is neither a name nor has one, what a sentence would say: there is no entity of that name. */
function entityName(entity: unknown): string {
  return nameOf(isRecord(entity) ? entity.name : entity);
}
