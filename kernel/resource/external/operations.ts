import { marksOf } from '../../data/entity/compile/own-fields.ts';
import { type Field, fieldOf } from '../../data/entity/field.ts';
import { type TSchema, Type } from '../../schema/index.ts';
import { valueSchema } from '../view/value-schema.ts';
import type { ExternalDefinition, ExternalOptions, FilterOperator } from './define.ts';
import type {
  ExternalListInput,
  ExternalListOutput,
  ExternalRow,
  ExternalUpdateInput,
  ExternalValues,
} from './operation-types.ts';

interface Shape<Safety, Input, Output> {
  readonly safety: Safety;
  readonly input: Type.TUnsafe<Input>;
  readonly output: Type.TUnsafe<Output>;
}

/** The operations that the drivers of an entity's capability have. Which of them, and by which names, the entity says. */
export interface ExternalOperations<Definition> {
  readonly list: Shape<'read', ExternalListInput<Definition>, ExternalListOutput<Definition>>;
  /** `null`: there is no such row. */
  readonly get: Shape<'read', { readonly id: string }, ExternalRow<Definition> | null>;
  readonly create: Shape<'keyed', { readonly values: ExternalValues<Definition> }, ExternalRow<Definition>>;
  /** `null`: there is no such row. */
  readonly update: Shape<'idempotent', ExternalUpdateInput<Definition>, ExternalRow<Definition> | null>;
  /** `false`: there is no such row. */
  readonly delete: Shape<'idempotent', { readonly id: string }, boolean>;
}

/** The most rows that a driver is asked for at once. */
export const longestPage = 100;

/** Characters of an id. */
export const longestId = 255;

export const idSchema: TSchema = Type.String({ minLength: 1, maxLength: longestId });

/**
 * The operations of a capability that keeps an entity's rows, to be named in `defineCapability`. Whoever writes a driver
 * writes a function for each, whose types come from the entity.
 *
 * @example
 * const contacts = externalOperations(Contact);
 * export const crm = defineCapability('crm', {
 *   operations: { listContacts: contacts.list, getContact: { ...contacts.get, deadline: 5_000 } },
 * });
 */
export function externalOperations<const Definition extends ExternalDefinition>({
  options,
}: Definition): ExternalOperations<Definition> {
  const own = ownFields(options);
  const row = rowSchema([...own, ...marksOf(options, '')]);
  const id = { id: idSchema };
  return {
    list: shape('read', listInput(options, own), listOutput(row)),
    get: shape('read', object(id), orNull(row)),
    create: shape('keyed', object({ values: valuesSchema(own) }), row),
    update: shape(
      'idempotent',
      object({ ...id, changes: object(valuesOf(own), []), version: Type.String() }, ['id', 'changes']),
      orNull(row),
    ),
    delete: shape('idempotent', object(id), { type: 'boolean' }),
  };
}

function shape<Safety, Input, Output>(
  safety: Safety,
  input: TSchema,
  output: TSchema,
): Shape<Safety, Input, Output> {
  return { safety, input: Type.Unsafe<Input>(input), output: Type.Unsafe<Output>(output) };
}

/** What is wrong with a field is told where the entity is compiled. */
function ownFields({ fields }: ExternalOptions): readonly Field[] {
  return Object.entries(fields).flatMap(([name, schema]) => {
    const made = fieldOf(name, schema, '');
    return 'fault' in made ? [] : [made];
  });
}

function rowSchema(fields: readonly Field[]): TSchema {
  const required = fields.filter(({ nullable }) => !nullable).map(({ name }) => name);
  // Open: an API tells more than an entity names.
  return { type: 'object', properties: { id: idSchema, ...valuesOf(fields) }, required: ['id', ...required] };
}

function valuesSchema(fields: readonly Field[]): TSchema {
  const required = fields.filter(({ nullable, writable }) => !nullable && writable);
  return object(
    valuesOf(fields),
    required.map(({ name }) => name),
  );
}

function valuesOf(fields: readonly Field[]): Readonly<Record<string, TSchema>> {
  return Object.fromEntries(fields.map((field) => [field.name, valueSchema(field, { default: false })]));
}

function listInput({ filter = {}, sort = [] }: ExternalOptions, own: readonly Field[]): TSchema {
  const known = new Map(own.map((field) => [field.name, field]));
  const conditions = Object.entries(filter).map(([name, operators]) => {
    const type = jsonType(known.get(name));
    return [
      name,
      object(Object.fromEntries(operators.map((one) => [one, operandSchema(one, type)])), []),
    ] as const;
  });
  const order = object({
    field: { type: 'string', enum: [...sort] },
    direction: { type: 'string', enum: ['asc', 'desc'] },
  });
  return object(
    {
      filter: object(Object.fromEntries(conditions), []),
      orderBy: sort.length === 0 ? { type: 'array', maxItems: 0 } : { type: 'array', items: order },
      limit: { type: 'integer', minimum: 1, maximum: longestPage },
      cursor: { type: 'string' },
      count: { type: 'boolean' },
    },
    ['filter', 'orderBy', 'limit', 'count'],
  );
}

function listOutput(row: TSchema): TSchema {
  const page = {
    rows: { type: 'array', items: row },
    cursor: { type: ['string', 'null'] },
    count: { type: 'integer', minimum: 0 },
  };
  return object(page, ['rows']);
}

function operandSchema(operator: FilterOperator, type: string): TSchema {
  if (operator === 'isNull') return { type: 'boolean' };
  return operator === 'in' || operator === 'nin' ? { type: 'array', items: { type } } : { type };
}

function jsonType(field: Field | undefined): string {
  const kind = field?.type.kind;
  return kind === 'integer' || kind === 'number' || kind === 'boolean' ? kind : 'string';
}

function orNull(schema: TSchema): TSchema {
  return { anyOf: [schema, { type: 'null' }] };
}

function object(
  properties: Readonly<Record<string, TSchema>>,
  required: readonly string[] = Object.keys(properties),
): TSchema {
  return {
    type: 'object',
    properties,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}
