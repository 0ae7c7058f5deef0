import { compileEntities } from '../../data/entity/compile/compile-entities.ts';
import type { EntityOptions } from '../../data/entity/define.ts';
import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { Field } from '../../data/entity/field.ts';
import { operatorsOf } from '../../data/plan/condition-plan.ts';
import { BackplaneError, didYouMean, throwFaults, unknownKeys } from '../../errors.ts';
import { type ExternalDefinition, type ExternalOptions, externalOperationNames } from './define.ts';
import type { ExternalEntity } from './entity.ts';
import { idSchema, longestId } from './operations.ts';

/** A definition and the extension it comes from. */
export interface OwnedExternal {
  readonly value: ExternalDefinition;
  readonly owner: string;
}

const known: Readonly<Record<keyof ExternalOptions, true>> = {
  fields: true,
  plural: true,
  timestamps: true,
  sort: true,
  access: true,
  expose: true,
  example: true,
  capability: true,
  operations: true,
  filter: true,
  count: true,
  tenant: true,
};

/**
 * Completes the entities whose rows lie behind providers: what they have in common with all others is checked and completed
 * as theirs is. Pure.
 *
 * @throws FaultList with an ENTITY_INVALID for each fault
 */
export function compileExternal(definitions: readonly OwnedExternal[]): ReadonlyMap<string, ExternalEntity> {
  throwFaults(
    definitions.flatMap(({ value: { name: entity, options }, owner }) =>
      optionFaults(options).map((reason) => new BackplaneError('ENTITY_INVALID', { entity, owner, reason })),
    ),
  );
  const catalog = compileEntities(
    definitions.map(({ value, owner }) => ({
      owner,
      value: { name: value.name, options: plain(value.options) },
    })),
  );
  const made = definitions.map(({ value }) => externalOf(value, catalog.get(value.name)));
  throwFaults(made.flatMap(listFaults));
  return new Map(made.map((one) => [one.schema.name, one]));
}

/** The part that every entity has. Nothing is sorted by unless the definition says so. */
function plain({
  fields,
  plural,
  timestamps,
  sort = [],
  access,
  expose,
  example,
}: ExternalOptions): EntityOptions {
  const options = { fields, plural, timestamps, sort, access, expose, example };
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as EntityOptions;
}

function optionFaults(options: ExternalOptions): readonly string[] {
  const { capability, operations, filter = {}, tenant, count, fields = {} } = options;
  const faults = unknownKeys(options, Object.keys(known)).map(
    (reason) => `${reason} What has to do with tables is nothing for an entity behind a provider.`,
  );
  if (typeof capability !== 'string' || capability === '')
    faults.push('"capability" must name the capability that keeps its rows.');
  if (!isRecord(operations) || Object.keys(operations).length === 0) {
    faults.push('"operations" must name operations of the capability, as { list: \'listContacts\' }.');
  } else faults.push(...operationFaults(operations));
  if (tenant !== undefined && typeof tenant !== 'function')
    faults.push('"tenant" must be a function: (actor) => actor?.id.');
  if (count !== undefined && typeof count !== 'boolean') faults.push('"count" must be true or false.');
  if (!isRecord(filter)) faults.push('"filter" must be operators by field, as { email: [\'eq\'] }.');
  if (isRecord(fields))
    faults.push(...Object.entries(fields).flatMap(([name, one]) => fieldFaults(name, one)));
  return faults;
}

function operationFaults(operations: Readonly<Record<string, unknown>>): readonly string[] {
  const faults = unknownKeys(operations, externalOperationNames).map((reason) => `"operations": ${reason}`);
  for (const [name, operation] of Object.entries(operations)) {
    if (typeof operation !== 'string' || operation === '')
      faults.push(`"operations" must say the name of the capability's operation for "${name}".`);
  }
  for (const name of ['update', 'delete'] as const) {
    if (operations[name] !== undefined && operations.get === undefined)
      faults.push(
        `"operations" has "${name}" without "get": a row is looked at before it is changed, to see whether its reader may.`,
      );
  }
  return faults;
}

/** What only a database keeps to. */
function fieldFaults(name: string, field: unknown): readonly string[] {
  if (!isRecord(field)) return [];
  const rules = isRecord(field.rules) ? field.rules : {};
  return [
    ...(field.unique === true || 'unique' in rules ? ['unique'] : []),
    ...('exists' in rules ? ['exists'] : []),
  ].map(
    (rule) =>
      `Its field "${name}" says "${rule}", which only a database can check. Let the provider refuse it.`,
  );
}

/** Filters and sorting, which name fields. */
function listFaults({ schema, filter, operations }: ExternalEntity): readonly Error[] {
  const { name: entity, owner, fields } = schema;
  const fault = (reason: string): Error => new BackplaneError('ENTITY_INVALID', { entity, owner, reason });
  const faults: Error[] = [];
  if (!operations.has('list') && filter.size > 0)
    faults.push(fault('"filter" is for "list", which it does not offer.'));
  for (const [name, operators] of filter) {
    const field = fields.get(name);
    if (field === undefined) {
      faults.push(fault(`"${name}" in "filter" is no field of it.${didYouMean(name, [...fields.keys()])}`));
      continue;
    }
    const possible = operatorsOf(field);
    for (const operator of operators) {
      if (possible.includes(operator)) continue;
      faults.push(
        fault(
          `"filter" says "${operator}" of "${name}", which takes ${possible.join(', ')}.${didYouMean(operator, possible)}`,
        ),
      );
    }
  }
  return faults;
}

function externalOf(definition: ExternalDefinition, compiled: EntitySchema): ExternalEntity {
  const { capability, operations, filter = {}, sort = [], count = false, tenant } = definition.options;
  const names = externalOperationNames.flatMap((name) => {
    const operation = operations[name];
    return operation === undefined ? [] : [[name, operation] as const];
  });
  const operators = new Map(Object.entries(filter).map(([name, list]) => [name, new Set<string>(list)]));
  return {
    definition,
    schema: schemaOf(compiled, operators, sort),
    capability,
    operations: new Map(names),
    filter: operators,
    sort,
    count,
    tenant: tenant ?? (() => undefined),
  };
}

/** Its ids are the provider's own, and what can be asked of its fields is what drivers can answer. */
function schemaOf(
  compiled: EntitySchema,
  filter: ReadonlyMap<string, ReadonlySet<string>>,
  sort: readonly string[],
): EntitySchema {
  const fields = new Map(
    [...compiled.fields.values()].map((field): readonly [string, Field] => {
      const contains = filter.get(field.name)?.has('contains') ?? false;
      const own: Field = { ...field, contains, index: false };
      return [
        field.name,
        field.name === 'id' ? { ...own, type: { kind: 'string', length: longestId }, schema: idSchema } : own,
      ];
    }),
  );
  return { ...compiled, table: '', fields, sort: new Set(sort) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
