import { randomUUIDv7 } from 'node:crypto';
import { BackplaneError, didYouMean } from '../../errors.ts';
import type { EntityModel } from '../model/entity-model.ts';
import type { FieldCodec } from '../model/field-codec.ts';
import type { EntityRow } from '../model/row.ts';
import { isRecord, shown } from '../value/shown.ts';
import { fieldFault, fieldFaults, inRow, type RowFault } from './row-fault.ts';
import { valueFaults } from './value-faults.ts';

/** What somebody wants to write: fields by name. */
export type Input = Readonly<Record<string, unknown>>;

export interface WriteOptions {
  /**
   * Has the caller checked the values against the schemas of their fields already? They are not checked twice then; what
   * their columns ask for always is.
   */
  readonly checked?: boolean | undefined;
}

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
 * @param inputs as they came: of any shape
 * @throws ROW_INVALID with all faults of all inputs
 */
export function completeRows(
  model: EntityModel,
  inputs: readonly unknown[],
  options: WriteOptions,
): NewRow[] {
  const moment = new Date(model.now()).toISOString();
  const columns = model.codecs.map((codec) => columnOf(codec, moment));
  // Sorted, since those of one millisecond come in any order: rows made together are found in the order of their inputs.
  const ids = Array.from(inputs, () => randomUUIDv7()).sort();
  const checked = options.checked === true;
  const faults: RowFault[] = [];
  const rows = Array.from(inputs, (input, index) => {
    const own: RowFault[] = [];
    const making: Making = { model, columns, id: ids[index], checked, faults: own };
    const row = completeRow(making, isFields(input, own) ? input : {});
    if (own.length > 0) faults.push(...own.map((fault) => (inputs.length > 1 ? inRow(index, fault) : fault)));
    return row;
  });
  if (faults.length > 0) throw rowInvalid(model, faults);
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

/** One row while it is made. */
interface Making {
  readonly model: EntityModel;
  readonly columns: readonly Column[];
  readonly id: string | undefined;
  readonly checked: boolean;
  readonly faults: RowFault[];
}

function columnOf(codec: FieldCodec, moment: string): Column {
  const { field, encode } = codec;
  const { name } = field;
  const isTime = name === 'createdAt' || name === 'updatedAt';
  const value = isTime ? moment : (field.default ?? (field.nullable ? null : undefined));
  return { codec, name, isKept: kept.has(name), absent: value === undefined ? undefined : encode(value) };
}

function completeRow({ model, columns, id, checked, faults }: Making, input: Input): NewRow {
  const row = model.emptyRow();
  const parameters: unknown[] = [];
  let taken = 0;
  for (const { codec, name, isKept, absent } of columns) {
    const value = input[name];
    let encoded = absent;
    if (value !== undefined) {
      taken += 1;
      const found = isKept ? [keptFault(name)] : faultsOf(model, codec, value, checked);
      if (found.length > 0) faults.push(...found);
      else encoded = codec.encode(value);
    } else if (name === 'id') encoded = id;
    else if (absent === undefined) faults.push(fieldFault(name, 'is missing'));
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
 * @param input as it came: of any shape
 * @throws ROW_INVALID with all faults
 */
export function checkChanges(
  model: EntityModel,
  input: unknown,
  { checked = false }: WriteOptions = {},
): Record<string, unknown> {
  const faults: RowFault[] = [];
  const changes: Record<string, unknown> = {};
  if (isFields(input, faults)) {
    faults.push(...unknownFields(model, input));
    for (const [name, value] of Object.entries(input)) {
      if (value === undefined || !model.schema.fields.has(name)) continue;
      const isKept = kept.has(name) || name === 'id';
      const found = isKept ? [keptFault(name)] : faultsOf(model, model.codec(name), value, checked);
      if (found.length > 0) faults.push(...found);
      else changes[name] = value;
    }
  }
  if (faults.length > 0) throw rowInvalid(model, faults);
  return changes;
}

function faultsOf(
  model: EntityModel,
  { field }: FieldCodec,
  value: unknown,
  checked: boolean,
): readonly RowFault[] {
  const found = valueFaults(model.schema.name, field, value, checked);
  return found.length === 0 ? noFaults : fieldFaults(field.name, found);
}

const noFaults: readonly RowFault[] = [];

function keptFault(name: string): RowFault {
  return fieldFault(name, 'is kept by the framework');
}

function isFields(input: unknown, faults: RowFault[]): input is Input {
  if (isRecord(input)) return true;
  faults.push({ pointer: '', message: `it must be an object of fields, not ${shown(input)}` });
  return false;
}

function unknownFields({ schema: { fields, relations } }: EntityModel, input: Input): RowFault[] {
  return Object.keys(input)
    .filter((name) => !fields.has(name) && input[name] !== undefined)
    .map((name) => {
      const relation = relations.get(name);
      if (relation?.kind === 'belongsTo')
        return fieldFault(name, `is a relation; give the id of its row as "${relation.key}"`);
      if (relation) return fieldFault(name, 'is a relation, which is no part of the row');
      return fieldFault(name, `is no field of it.${didYouMean(name, fields.keys())}`);
    });
}

export function rowInvalid({ schema }: EntityModel, faults: readonly RowFault[]): BackplaneError {
  return new BackplaneError('ROW_INVALID', { entity: schema.name, faults });
}
