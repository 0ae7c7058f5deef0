import { isUuid } from '../../data/value/uuid.ts';
import { BackplaneError, didYouMean, type InputFault } from '../../errors.ts';
import { compileValidator, type TSchema, type Validator } from '../../schema/index.ts';
import { OwnedCall } from '../hook/call.ts';
import type { Resource } from '../resources.ts';
import { copyValue, throwInputFaults } from '../validation/input-validator.ts';
import { grantsToWrite } from './check-row.ts';
import { operationsOf } from './operations-of.ts';
import type { World } from './world.ts';

const validators = new WeakMap<TSchema, Validator>();

/**
 * Calls a method that an extension has added: access → validation → hooks → the method, in a transaction where there is one.
 *
 * @throws METHOD_UNKNOWN, AUTHENTICATION_REQUIRED, ACCESS_DENIED, ROW_NOT_FOUND, INPUT_INVALID
 */
export async function callMethod(
  world: World,
  resource: Resource,
  name: string,
  input: unknown,
): Promise<unknown> {
  const { schema, methods } = resource;
  const found = methods.get(name);
  if (found === undefined) {
    const suggestion = didYouMean(name, methods.keys());
    throw new BackplaneError('METHOD_UNKNOWN', { entity: schema.name, method: name, suggestion });
  }
  const { method, owner } = found;
  const grants = await grantsToWrite(world, schema, name, []);
  const values = method.input === undefined ? input : copyValue(schema.name, input);
  throwInputFaults(schema.name, method.input === undefined ? [] : faultsOf(method.input, values));
  const id = idIn(resource, values);
  const call = world.call(resource, name, values, id);
  const rows = operationsOf(resource);
  return rows.run(world, resource, call, {
    async prepare() {
      if (id !== '') await rows.assertMay(world, resource, name, id, grants);
    },
    perform: async () => method.run(new OwnedCall(call, owner)),
    answer: (result) => result,
  });
}

function faultsOf(schema: TSchema, value: unknown): readonly InputFault[] {
  const validate = validators.get(schema) ?? compileValidator(closed(schema), { coerce: false });
  validators.set(schema, validate);
  return validate(value);
}

/** What nobody knows is a fault, as it is in the inputs of other operations. */
function closed(schema: TSchema): TSchema {
  const { type, additionalProperties }: { readonly type?: unknown; readonly additionalProperties?: unknown } =
    schema;
  return type === 'object' && additionalProperties === undefined
    ? { ...schema, additionalProperties: false }
    : schema;
}

/**
 * The row that an input is about; empty if it names none.
 * @throws ROW_NOT_FOUND for what is no id: databases might take it for one all the same
 */
function idIn({ schema: { name: entity }, external }: Resource, input: unknown): string {
  const id: unknown = typeof input === 'object' && input !== null && 'id' in input ? input.id : undefined;
  if (id === undefined || id === null) return '';
  if (isUuid(id) || (external !== undefined && typeof id === 'string')) return id;
  throw new BackplaneError('ROW_NOT_FOUND', { entity, id: String(id) });
}
