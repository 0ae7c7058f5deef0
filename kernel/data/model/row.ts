import { BackplaneError } from '../../errors.ts';
import type { EntitySchema } from '../entity/entity-schema.ts';

/** A row: the fields of an entity by name, and the relations that were loaded. Plain data otherwise. */
export type EntityRow = Record<string, unknown>;

/**
 * What rows of an entity inherit: a getter for each relation, which throws until the relation is loaded. Inherited and not
 * enumerable, so that copies, comparisons, JSON and the console see plain data.
 */
export function rowPrototype({ name: entity, relations }: EntitySchema): object {
  const prototype = {};
  for (const relation of relations.keys()) {
    Object.defineProperty(prototype, relation, {
      configurable: true,
      enumerable: false,
      get() {
        throw new BackplaneError('RELATION_NOT_LOADED', { entity, relation });
      },
      set(this: EntityRow, value: unknown) {
        setRelation(this, relation, value);
      },
    });
  }
  return prototype;
}

/** Puts what a relation leads to into a row. */
export function setRelation(row: EntityRow, relation: string, value: unknown): void {
  Object.defineProperty(row, relation, { value, writable: true, enumerable: true, configurable: true });
}
