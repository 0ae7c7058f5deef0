import { BackplaneError, didYouMean } from '../../errors.ts';
import type { ThroughPivot } from '../entity/entity-schema.ts';
import type { Field } from '../entity/field.ts';
import type { EntityModel } from '../model/entity-model.ts';
import { fieldCodec, valueFault } from '../model/value.ts';
import { queryInvalid } from '../query/place.ts';
import type { Input } from '../write/input.ts';
import { Inserter } from '../write/insert.ts';
import { violationOf } from '../write/violation.ts';

/** The pairs of one row in the table between two entities. */
export class PivotRows {
  readonly #model: EntityModel;
  readonly #relation: ThroughPivot;
  readonly #inserter: Inserter;

  /** @throws RELATION_UNKNOWN, QUERY_IMPOSSIBLE for a relation that is no manyToMany */
  constructor(model: EntityModel, name: string) {
    const { relation } = model.relation(name);
    if (relation.kind !== 'manyToMany') {
      throw queryInvalid(
        model,
        `"${name}" has no pairs: it is ${relation.kind}. Change the key of its rows.`,
      );
    }
    this.#model = model;
    this.#relation = relation;
    const { pivot, ownColumn, targetColumn } = relation;
    const { database } = model;
    const id = (column: string): Field => ({ ...model.field('id'), name: `id:${column}`, column });
    const fields = [id(ownColumn), id(targetColumn), ...pivot.fields.values()];
    const codecs = fields.map((field) => fieldCodec(field, database.dialect));
    this.#inserter = new Inserter(database, pivot.table, codecs);
  }

  /** Adds pairs; those that are there already get the fields given now. @throws ROW_INVALID, ROW_REFERENCE_MISSING */
  async attach(id: string, targets: readonly string[], input: Input): Promise<void> {
    if (targets.length === 0) return;
    const { ownColumn, targetColumn } = this.#relation;
    const fields = this.#fields(input);
    const rows = [...new Set(targets)].map((target) => ({
      [`id:${ownColumn}`]: id,
      [`id:${targetColumn}`]: target,
      ...fields,
    }));
    await this.#model.database.transaction(async () => {
      await this.detach(id, targets);
      await this.#insert(rows);
    });
  }

  /** Removes pairs, all of the row if no targets are given. */
  async detach(id: string, targets?: readonly string[]): Promise<void> {
    const { pivot, ownColumn, targetColumn } = this.#relation;
    const pairs = this.#model.database.knex(pivot.table).where(ownColumn, id);
    if (targets) pairs.whereIn(targetColumn, [...targets]);
    await pairs.delete();
  }

  async #insert(rows: readonly Input[]): Promise<void> {
    try {
      await this.#inserter.insert(rows);
    } catch (error) {
      const { name, schema } = { name: this.#relation.name, schema: this.#model.schema };
      if (violationOf(error, this.#model.database.dialect)?.kind !== 'reference') throw error;
      const details = { entity: schema.name, fields: [name] };
      throw new BackplaneError('ROW_REFERENCE_MISSING', details, { cause: error });
    }
  }

  #fields(input: Input): Input {
    const { pivot, name } = this.#relation;
    const faults = Object.keys(input)
      .filter((field) => !pivot.fields.has(field))
      .map((field) => `"${field}" is no field of its "${name}"${didYouMean(field, pivot.fields.keys())}`);
    const row: Record<string, unknown> = {};
    for (const field of pivot.fields.values()) {
      const value = input[field.name] ?? field.default ?? null;
      const fault = valueFault(field, value);
      if (fault === undefined) row[field.name] = value;
      else faults.push(`"${field.name}" of its "${name}" ${fault}`);
    }
    if (faults.length > 0)
      throw new BackplaneError('ROW_INVALID', { entity: this.#model.schema.name, faults });
    return row;
  }
}
