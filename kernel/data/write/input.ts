import { randomUUIDv7 } from 'node:crypto';
import { BackplaneError, didYouMean } from '../../errors.ts';
import type { EntityModel } from '../model/entity-model.ts';
import type { EntityRow } from '../model/row.ts';
import { valueFault } from '../model/value.ts';

/** What somebody wants to write: fields by name. */
export type Input = Readonly<Record<string, unknown>>;

/** Fields that the framework keeps: no input may hold them. */
const kept: ReadonlySet<string> = new Set(['createdAt', 'updatedAt', 'deletedAt']);

/**
 * The rows that inputs make: with ids, defaults, and NULL where nothing is given.
 *
 * @throws ROW_INVALID with all faults of all inputs
 */
export function completeRows(model: EntityModel, inputs: readonly Input[]): EntityRow[] {
  const moment = new Date(model.now()).toISOString();
  const faults: string[] = [];
  const rows = inputs.map((input, index) => {
    const before = faults.length;
    const row = completeRow(model, input, moment, faults);
    if (inputs.length > 1) {
      for (let at = before; at < faults.length; at += 1) faults[at] = `row ${index}: ${faults[at]}`;
    }
    return row;
  });
  throwInvalid(model, faults);
  return rows;
}

function completeRow(model: EntityModel, input: Input, moment: string, faults: string[]): EntityRow {
  const row = model.emptyRow();
  let taken = 0;
  for (const { field, encode, decode } of model.codecs) {
    const { name } = field;
    const value = input[name];
    if (value !== undefined) {
      taken += 1;
      const fault = kept.has(name) ? 'is kept by the framework' : valueFault(field, value);
      // As the database will give it back: moments in UTC, vectors in single precision.
      if (fault === undefined) row[name] = decode(encode(value));
      else faults.push(`"${name}" ${fault}`);
    } else if (name === 'id') row.id = randomUUIDv7();
    else if (name === 'createdAt' || name === 'updatedAt') row[name] = moment;
    else if (field.default !== undefined) row[name] = decode(encode(field.default));
    else if (field.nullable) row[name] = null;
    else faults.push(`"${name}" is missing`);
  }
  if (Object.keys(input).length > taken) faults.push(...unknownFields(model, input));
  return row;
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
