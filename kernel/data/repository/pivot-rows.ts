import { BackplaneError, didYouMean } from '../../errors.ts';
import type { ThroughPivot } from '../entity/entity-schema.ts';
import type { EntityModel } from '../model/entity-model.ts';
import { type FieldCodec, fieldCodec, valueFault } from '../model/value.ts';
import { isInlined, whereOneOf } from '../query/one-of.ts';
import { queryInvalid } from '../query/place.ts';
import type { Input } from '../write/input.ts';
import { Inserter } from '../write/insert.ts';
import { violationOf } from '../write/violation.ts';

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
    const rows = [...new Set(targets)].map((target) => [id, target, ...fields]);
    await this.#model.database.transaction(async () => {
      await this.detach(id, targets);
      await this.#insert(rows);
    });
  }

  /** Removes pairs, all of the row if no targets are given. */
  async detach(id: string, targets?: readonly string[]): Promise<void> {
    const { pivot, ownColumn, targetColumn } = this.#relation;
    const { database } = this.#model;
    const pairs = database.knex(pivot.table).where(ownColumn, id);
    const target = { column: targetColumn, type: { kind: 'uuid' } } as const;
    if (targets) whereOneOf(pairs, database, target, targets, isInlined(database));
    await pairs.delete();
  }

  async #insert(rows: readonly (readonly unknown[])[]): Promise<void> {
    try {
      await this.#inserter.insert(rows);
    } catch (error) {
      const { name } = this.#relation;
      const { schema } = this.#model;
      if (violationOf(error, this.#model.database.dialect)?.kind !== 'reference') throw error;
      const details = { entity: schema.name, fields: [name] };
      throw new BackplaneError('ROW_REFERENCE_MISSING', details, { cause: error });
    }
  }

  #parameters(input: Input): readonly unknown[] {
    const { pivot, name } = this.#relation;
    const faults = Object.keys(input)
      .filter((field) => !pivot.fields.has(field))
      .map((field) => `"${field}" is no field of its "${name}"${didYouMean(field, pivot.fields.keys())}`);
    const parameters = this.#codecs.map(({ field, encode }) => {
      const value = input[field.name] ?? field.default ?? null;
      const fault = valueFault(field, value);
      if (fault === undefined) return encode(value);
      faults.push(`"${field.name}" of its "${name}" ${fault}`);
      return null;
    });
    if (faults.length > 0)
      throw new BackplaneError('ROW_INVALID', { entity: this.#model.schema.name, faults });
    return parameters;
  }
}
