import { type Convert, codecOf, isoTime } from '../../database/column-codec.ts';
import type { EntityCatalog } from '../../entity/catalog.ts';
import type { EntitySchema } from '../../entity/entity-schema.ts';
import type { Field } from '../../entity/field.ts';
import type { Slot } from '../plan.ts';
import type { Syntax } from './syntax.ts';

/** SQL with the places of the values that it takes. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

export interface Parameter {
  readonly slot: Slot;
  readonly encode: Convert | undefined;
}

/** Stands before and after the number of a parameter until the text is complete. No name of a column holds it. */
const mark = '\u0001';
const marked = new RegExp(`${mark}(\\d+)${mark}`, 'g');

/**
 * One statement while it is written. Its parts may be written in any order: parameters are numbered at the end, as they
 * stand in the text.
 */
export class Writing {
  readonly catalog: EntityCatalog;
  readonly syntax: Syntax;
  readonly #parameters: Parameter[] = [];
  #aliases = 0;

  constructor(catalog: EntityCatalog, syntax: Syntax) {
    this.catalog = catalog;
    this.syntax = syntax;
  }

  /** A name for a table that no other in the statement has. */
  alias(): string {
    this.#aliases += 1;
    return `t${this.#aliases - 1}`;
  }

  /** A parameter for the value at `slot`, as `encode` turns it into what the driver takes. */
  parameter(slot: Slot, encode?: Convert): string {
    this.#parameters.push({ slot, encode });
    return `${mark}${this.#parameters.length - 1}${mark}`;
  }

  /** A parameter for a value of a field. */
  value(field: Field, slot: Slot): string {
    const { encode } = codecOf(field.type, this.syntax.dialect);
    // The moments beside a plan are in that form already.
    return this.parameter(slot, encode === isoTime ? undefined : encode);
  }

  table(name: string, alias: string): string {
    return `${this.syntax.quote(name)} ${alias}`;
  }

  column(alias: string, column: string): string {
    return `${alias}.${this.syntax.quote(column)}`;
  }

  finish(text: string): Statement {
    const parameters: Parameter[] = [];
    const sql = text.replace(marked, (_, index: string) => {
      const parameter = this.#parameters[Number(index)];
      if (parameter !== undefined) parameters.push(parameter);
      return this.syntax.placeholder(parameters.length);
    });
    return { sql, parameters };
  }
}

/** A field that the plan names, so that it is there. */
export function fieldNamed(entity: EntitySchema, name: string): Field {
  const field = entity.fields.get(name);
  if (field === undefined) throw new TypeError(`The plan names a field "${name}" that ${entity.name} lacks.`);
  return field;
}

/** The values of a call, in the order of its statement's parameters. */
export function bind({ parameters }: Statement, values: readonly unknown[]): unknown[] {
  return parameters.map(({ slot, encode }) => (encode ? encode(values[slot]) : values[slot]));
}
