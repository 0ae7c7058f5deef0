import { idField, marksOf } from '../../data/entity/compile/own-fields.ts';
import { fieldOf } from '../../data/entity/field.ts';
import { operatorsOf } from '../../data/plan/condition-plan.ts';
import { didYouMean, unknownKeys } from '../../errors.ts';
import { type ExternalOptions, externalOperationNames } from './define.ts';

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

/** What is wrong with the options of an entity behind a provider, as far as it is no affair of all entities. @returns sentences */
export function optionFaults(options: ExternalOptions): readonly string[] {
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
  return [...faults, ...filterFaults(options)];
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

/** What is wrong with a filter, whose fields need not be sound themselves. */
function filterFaults(options: ExternalOptions): readonly string[] {
  const { filter, operations, fields } = options;
  if (!isRecord(filter) || !isRecord(fields)) return [];
  const own = Object.entries(fields).flatMap(([name, schema]) => {
    const made = isRecord(schema) ? fieldOf(name, schema, '') : undefined;
    return made === undefined || 'fault' in made ? [] : [made];
  });
  const known = new Map([idField(''), ...own, ...marksOf(options, '')].map((field) => [field.name, field]));
  const faults: string[] = [];
  if (isRecord(operations) && operations.list === undefined) {
    faults.push('"filter" is for "list", which it does not offer.');
  }
  for (const [name, operators] of Object.entries(filter)) {
    const field = known.get(name);
    if (field === undefined) {
      if (name in fields) continue;
      faults.push(`"${name}" in "filter" is no field of it.${didYouMean(name, known.keys())}`);
    } else if (!Array.isArray(operators))
      faults.push(`"filter" must list operators of "${name}", as ['eq'].`);
    else {
      const possible = operatorsOf({ ...field, contains: true });
      for (const operator of operators.map(String)) {
        if (possible.includes(operator)) continue;
        const suggestion = didYouMean(operator, possible);
        faults.push(
          `"filter" says "${operator}" of "${name}", which takes ${possible.join(', ')}.${suggestion}`,
        );
      }
    }
  }
  return faults;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
