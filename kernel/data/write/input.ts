import { randomUUIDv7 } from 'node:crypto';
import { BackplaneError, didYouMean } from '../../errors.ts';
import type { EntityModel } from '../model/entity-model.ts';
import type { EntityRow } from '../model/row.ts';
import { type FieldCodec, valueFault } from '../model/value.ts';

/** What somebody wants to write: fields by name. */
export type Input = Readonly<Record<string, unknown>>;

/** Fields that the framework keeps: no input may hold them. */
const kept: ReadonlySet<string> = new Set(['createdAt', 'updatedAt', 'deletedAt']);

/** A new row, and the same as the parameters of an insert. */
export interface NewRow {
  readonly row: EntityRow;
  /** In the order of the model's codecs. */
  readonly parameters: readonly unknown[];
}

/**
 * The rows that inputs make: with ids, defaults, and NULL where nothing is given.
 *
 * @throws ROW_INVALID with all faults of all inputs
 */
export function completeRows(model: EntityModel, inputs: readonly Input[]): NewRow[] {
  const moment = new Date(model.now()).toISOString();
  const columns = model.codecs.map((codec) => columnOf(codec, moment));
  // Sorted, since those of one millisecond come in any order: rows made together are found in the order of their inputs.
  const ids = Array.from(inputs, () => randomUUIDv7()).sort();
  const faults: string[] = [];
  const rows = inputs.map((input, index) => {
    const before = faults.length;
    const row = completeRow(model, columns, ids[index], input, faults);
    if (inputs.length > 1) {
      for (let at = before; at < faults.length; at += 1) faults[at] = `row ${index}: ${faults[at]}`;
    }
    return row;
  });
  throwInvalid(model, faults);
  return rows;
}

/** A column of the rows that are made together, with what stands there where an input says nothing. */
interface Column {
  readonly codec: FieldCodec;
  readonly name: string;
  readonly isKept: boolean;
  /** Encoded; `undefined` where the input must say something. */
  readonly absent: unknown;
}

function columnOf(codec: FieldCodec, moment: string): Column {
  const { field, encode } = codec;
  const { name } = field;
  const isTime = name === 'createdAt' || name === 'updatedAt';
  const value = isTime ? moment : (field.default ?? (field.nullable ? null : undefined));
  return { codec, name, isKept: kept.has(name), absent: value === undefined ? undefined : encode(value) };
}

function completeRow(
  model: EntityModel,
  columns: readonly Column[],
  id: string | undefined,
  input: Input,
  faults: string[],
): NewRow {
  const row = model.emptyRow();
  const parameters: unknown[] = [];
  let taken = 0;
  for (const { codec, name, isKept, absent } of columns) {
    const value = input[name];
    let encoded = absent;
    if (value !== undefined) {
      taken += 1;
      const fault = isKept ? 'is kept by the framework' : valueFault(codec.field, value);
      if (fault === undefined) encoded = codec.encode(value);
      else faults.push(`"${name}" ${fault}`);
    } else if (name === 'id') encoded = id;
    else if (absent === undefined) faults.push(`"${name}" is missing`);
    parameters.push(encoded);
    // As the database will give it back: moments in UTC, vectors in single precision.
    row[name] = codec.decode(encoded);
  }
  if (Object.keys(input).length > taken) faults.push(...unknownFields(model, input));
  return { row, parameters };
}

/**
 * The changes that input makes, as fields.
 *
 * @throws ROW_INVALID with all faults
 */
export function checkChanges(model: EntityModel, input: Input): Record<string, unknown> {
  const faults = unknownFields(model, input);
  const changes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(input)) {
    const field = model.schema.fields.get(name);
    if (field === undefined || value === undefined) continue;
    const isKept = kept.has(name) || name === 'id';
    const fault = isKept ? 'is kept by the framework' : valueFault(field, value);
    if (fault === undefined) changes[name] = value;
    else faults.push(`"${name}" ${fault}`);
  }
  throwInvalid(model, faults);
  return changes;
}

function unknownFields({ schema: { fields, relations } }: EntityModel, input: Input): string[] {
  return Object.keys(input)
    .filter((name) => !fields.has(name) && input[name] !== undefined)
    .map((name) => {
      const relation = relations.get(name);
      if (relation?.kind === 'belongsTo')
        return `"${name}" is a relation; give the id of its row as "${relation.key}"`;
      if (relation) return `"${name}" is a relation, which is no part of the row`;
      const suggestion = didYouMean(name, fields.keys());
      // The message ends the sentence itself.
      return `"${name}" is no field of it${suggestion === '' ? '' : `.${suggestion.replace(/\?$/, '')}?`}`;
    });
}

function throwInvalid({ schema }: EntityModel, faults: readonly string[]): void {
  if (faults.length > 0) throw new BackplaneError('ROW_INVALID', { entity: schema.name, faults });
}
