import { BackplaneError, didYouMean } from '../../errors.ts';
import { nameOf } from '../value/shown.ts';
import type { EntitySchema } from './entity-schema.ts';

/** All entities of an application, each complete, by name. */
export class EntityCatalog {
  readonly #schemas: ReadonlyMap<string, EntitySchema>;

  constructor(schemas: ReadonlyMap<string, EntitySchema>) {
    this.#schemas = schemas;
  }

  get all(): readonly EntitySchema[] {
    return [...this.#schemas.values()];
  }

  find(name: string): EntitySchema | undefined {
    return this.#schemas.get(name);
  }

  /** @throws ENTITY_UNKNOWN */
  get(name: string): EntitySchema {
    const found = this.#schemas.get(name);
    if (found === undefined) {
      const named = nameOf(name);
      const suggestion = didYouMean(named, this.#schemas.keys());
      throw new BackplaneError('ENTITY_UNKNOWN', { entity: named, suggestion });
    }
    return found;
  }
}
