import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import { BackplaneError, didYouMean, type InputFault } from '../../errors.ts';
import { compileValidator, type SchemaFault, type TSchema, type Validator } from '../../schema/index.ts';
import { isInput } from '../view/schemas.ts';

/** An input by fields. */
export type Input = Record<string, unknown>;

/** Checks inputs against the schema of an entity's operation; its own copy, so that hooks may change it. */
export class InputValidator {
  readonly #entity: EntitySchema;
  readonly #schema: TSchema;
  #validate: Validator | undefined;

  constructor(entity: EntitySchema, schema: TSchema) {
    this.#entity = entity;
    this.#schema = schema;
  }

  /**
   * @param pointer where the input stands in what was sent
   * @returns what is wrong with it; nothing: no faults
   */
  faults(input: Input, pointer = ''): readonly InputFault[] {
    // Compiled when it is first needed: it costs far more than the entity itself.
    this.#validate ??= compileValidator(this.#schema, { coerce: false });
    const found = this.#validate(input);
    return found.length === 0
      ? found
      : withoutRepetition(found).map((fault) => this.#explained(fault, pointer));
  }

  #explained({ pointer, message }: SchemaFault, at: string): InputFault {
    const name = pointer.slice(1);
    const { fields, relations } = this.#entity;
    const whole = `${at}${pointer}`;
    if (message !== 'is not a known property' || name.includes('/')) return { pointer: whole, message };
    if (fields.has(name)) return { pointer: whole, message: 'is set by the server only' };
    const relation = relations.get(name);
    if (relation?.kind === 'belongsTo') {
      return { pointer: whole, message: `is a relation: give the id of its row as "${relation.key}"` };
    }
    if (relation) return { pointer: whole, message: 'is a relation, which is no part of the row' };
    const known = [...fields.values()].filter(isInput).map((field) => field.name);
    return {
      pointer: whole,
      message: `is not a known field.${didYouMean(name, known)}`.replace(/\?$|\.$/, ''),
    };
  }
}

/** The alternatives of a value that fits none say less than the sentence about them all. */
function withoutRepetition(faults: readonly SchemaFault[]): readonly SchemaFault[] {
  const seen = new Set<string>();
  return faults.filter(({ pointer, message }) => {
    const key = `${pointer} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** @throws INPUT_INVALID if there are any */
export function throwInputFaults(entity: string, faults: readonly InputFault[]): void {
  if (faults.length > 0) throw new BackplaneError('INPUT_INVALID', { entity, faults });
}

/** A copy to work with. @throws INPUT_INVALID for what is no object */
export function copyInput(entity: string, input: unknown, pointer = ''): Input {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) {
    const copy: Input = { ...input };
    for (const [name, value] of Object.entries(copy)) {
      if (typeof value === 'object' && value !== null)
        copy[name] = copyValue(entity, value, `${pointer}/${name}`);
    }
    return copy;
  }
  throw new BackplaneError('INPUT_INVALID', {
    entity,
    faults: [{ pointer, message: `must be an object of fields, and is ${describe(input)}` }],
  });
}

/** A copy that hooks may change. @throws INPUT_INVALID for what is no plain data */
export function copyValue(entity: string, value: unknown, pointer = ''): unknown {
  try {
    return structuredClone(value);
  } catch {
    throw new BackplaneError('INPUT_INVALID', {
      entity,
      faults: [{ pointer, message: 'must be plain data' }],
    });
  }
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
