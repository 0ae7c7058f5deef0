import { BackplaneError, didYouMean } from '../../errors.ts';
import type { ThroughPivot } from '../entity/entity-schema.ts';
import type { EntityModel } from '../model/entity-model.ts';
import { type FieldCodec, fieldCodec } from '../model/field-codec.ts';
import { isInlined, whereOneOf } from '../query/one-of.ts';
import { queryInvalid } from '../query/place.ts';
import { isRecord, shown } from '../value/shown.ts';
import { type Input, rowInvalid } from '../write/input.ts';
import { Inserter } from '../write/insert.ts';
import { fieldFault, fieldFaults } from '../write/row-fault.ts';
import { valueFaults } from '../write/value-faults.ts';
import { violationOf } from '../write/violation.ts';
import { isRowId } from './row-id.ts';

/** The pairs of one row in the table between two entities. */
export class PivotRows {
  readonly #model: EntityModel;
  readonly #relation: ThroughPivot;
  readonly #codecs: readonly FieldCodec[];
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
    this.#codecs = [...pivot.fields.values()].map((field) => fieldCodec(field, database.dialect));
    const columns = this.#codecs.map(({ field }) => field.column);
    this.#inserter = new Inserter(database, pivot.table, [ownColumn, targetColumn, ...columns]);
  }

  /** Adds pairs; those that are there already get the fields given now. @throws ROW_INVALID, ROW_REFERENCE_MISSING */
  async attach(id: string, targets: readonly string[], input: Input): Promise<void> {
    if (targets.length === 0) return;
    const fields = this.#parameters(input);
    if (![id, ...targets].every((one) => isRowId(this.#model, one))) throw this.#missing();
    const own = id.toLowerCase();
    const others = [...new Set(targets.map((target) => target.toLowerCase()))];
    const rows = others.map((target) => [own, target, ...fields]);
    await this.#model.database.transaction(async () => {
      await this.detach(own, others);
      await this.#insert(rows);
    });
  }

  /** Removes pairs, all of the row if no targets are given. */
  async detach(id: string, targets?: readonly string[]): Promise<void> {
    const { pivot, ownColumn, targetColumn } = this.#relation;
    const model = this.#model;
    if (!isRowId(model, id)) return;
    const { database } = model;
    const pairs = database.knex(pivot.table).where(ownColumn, id.toLowerCase());
    const known = targets?.filter((target) => isRowId(model, target)).map((target) => target.toLowerCase());
    const target = { column: targetColumn, type: { kind: 'uuid' } } as const;
    if (known) whereOneOf(pairs, database, target, known, isInlined(database));
    await pairs.delete();
  }

  async #insert(rows: readonly (readonly unknown[])[]): Promise<void> {
    try {
      await this.#inserter.insert(rows);
    } catch (error) {
      if (violationOf(error, this.#model.database.dialect)?.kind !== 'reference') throw error;
      throw this.#missing(error);
    }
  }

  #missing(cause?: unknown): BackplaneError {
    const details = { entity: this.#model.schema.name, fields: [this.#relation.name] };
    return new BackplaneError('ROW_REFERENCE_MISSING', details, { cause });
  }

  #parameters(input: Input): readonly unknown[] {
    const { pivot, name } = this.#relation;
    const { schema } = this.#model;
    if (!isRecord(input)) {
      const message = `the fields of its "${name}" must be an object, not ${shown(input)}`;
      throw rowInvalid(this.#model, [{ pointer: '', message }]);
    }
    const faults = Object.keys(input)
      .filter((field) => !pivot.fields.has(field))
      .map((field) =>
        fieldFault(field, `is no field of its "${name}".${didYouMean(field, pivot.fields.keys())}`),
      );
    const parameters = this.#codecs.map(({ field, encode }) => {
      const value = input[field.name] ?? field.default ?? null;
      const found = fieldFaults(field.name, valueFaults(schema.name, field, value, false));
      if (found.length === 0) return encode(value);
      faults.push(
        ...found.map(({ pointer, message }) => ({ pointer, message: `${message} (of its "${name}")` })),
      );
      return null;
    });
    if (faults.length > 0) throw rowInvalid(this.#model, faults);
    return parameters;
  }
}
