import { compileEntities } from '../../data/entity/compile/compile-entities.ts';
import type { EntityOptions } from '../../data/entity/define.ts';
import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { Field } from '../../data/entity/field.ts';
import { BackplaneError, FaultList, throwFaults } from '../../errors.ts';
import { type ExternalDefinition, type ExternalOptions, externalOperationNames } from './define.ts';
import type { ExternalEntity } from './entity.ts';
import { idSchema, longestId } from './operations.ts';
import { optionFaults } from './option-faults.ts';

/** A definition and the extension it comes from. */
export interface OwnedExternal {
  readonly value: ExternalDefinition;
  readonly owner: string;
}

/**
 * Completes the entities whose rows lie behind providers: what they have in common with all others is checked and completed
 * as theirs is. Pure.
 *
 * @throws FaultList with an ENTITY_INVALID for each fault
 */
export function compileExternal(definitions: readonly OwnedExternal[]): ReadonlyMap<string, ExternalEntity> {
  const faults = definitions.flatMap(({ value: { name: entity, options }, owner }): Error[] =>
    [...optionFaults(options)].map(
      (reason) => new BackplaneError('ENTITY_INVALID', { entity, owner, reason }),
    ),
  );
  const plainOnes = definitions.map(({ value: { name, options }, owner }) => ({
    owner,
    value: { name, options: plain(options) },
  }));
  const catalog = gather(faults, () => compileEntities(plainOnes));
  throwFaults(faults);
  return new Map(
    (catalog?.all ?? []).flatMap((schema) => {
      const found = definitions.find(({ value }) => value.name === schema.name);
      return found ? [[schema.name, externalOf(found.value, schema)] as const] : [];
    }),
  );
}

/** Does what may fail, and keeps its faults for later: so that all are told at once. */
export function gather<Value>(faults: Error[], work: () => Value): Value | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof FaultList) faults.push(...error.errors);
    else faults.push(error instanceof Error ? error : new Error(String(error)));
    return undefined;
  }
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
