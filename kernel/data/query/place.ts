import { BackplaneError } from '../../errors.ts';
import type { EntityModel } from '../model/entity-model.ts';

/** Names for the tables of one statement's subqueries and joins, each used once: a relation may lead back to its own table. */
export class Aliases {
  #used = 0;

  next(): string {
    this.#used += 1;
    return `t${this.#used}`;
  }
}

/** One use of an entity's table within a statement. */
export interface Place {
  readonly model: EntityModel;
  /** The name that the table goes by here. */
  readonly alias: string;
  readonly aliases: Aliases;
  /** Are values written into the text of the statement, so that there may be any number? Otherwise each is a parameter. */
  readonly inlined: boolean;
}

/** Where a statement begins: the table goes by its own name. */
export function rootOf(model: EntityModel, inlined = false): Place {
  return { model, alias: model.schema.table, aliases: new Aliases(), inlined };
}

export function queryInvalid(model: EntityModel, reason: string): BackplaneError {
  return new BackplaneError('QUERY_IMPOSSIBLE', { entity: model.schema.name, reason });
}

/** A value that a field cannot be compared with: unlike the rest of a query it may come from outside. */
export function valueInvalid(model: EntityModel, field: string, fault: string): BackplaneError {
  const reason = `It ${fault}.`;
  return new BackplaneError('QUERY_INVALID', { entity: model.schema.name, path: field, reason });
}
