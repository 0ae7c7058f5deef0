import { currentScope } from '../../container/index.ts';
import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import { kindFault } from '../../data/value/column-value.ts';
import type { InputFault } from '../../errors.ts';
import { pairRelations } from '../view/pair-relations.ts';
import { missingPairs, missingRows } from './references.ts';
import { type OwnedRule, rulesOf } from './rule.ts';
import { isValue, type Placed, type RuleWorld } from './rule-world.ts';
import { takenValues, uniqueGroups } from './unique.ts';

/**
 * Checks inputs against the database: `unique` values, references to rows that the actor can see, and the rules that
 * fields ask for by name.
 *
 * @returns what is wrong, all of it
 */
export async function ruleFaults(
  world: RuleWorld,
  entity: EntitySchema,
  rows: readonly Placed[],
): Promise<readonly InputFault[]> {
  const faults: InputFault[] = [...misfits(entity, rows)];
  // Nothing can be asked about what no column could hold.
  if (faults.length > 0) return faults;
  for (const field of entity.fields.values()) {
    if (field.references)
      faults.push(...(await missingRows(world, field.references.entity, field.name, rows)));
  }
  for (const { name, target } of pairRelations(entity)) {
    faults.push(...(await missingPairs(world, target, name, rows)));
  }
  // Whether values are taken together with a row that the actor cannot see is not for them to know either.
  const missing = new Set(faults.map(({ pointer }) => pointer));
  for (const field of entity.fields.values()) {
    for (const [name, parameter] of rulesOf(field.schema)) {
      if (name === 'unique' || name === 'exists') continue;
      faults.push(
        ...(await ownFaults(world, world.rule(name), { entity, field: field.name, parameter }, rows)),
      );
    }
  }
  for (const group of uniqueGroups(entity)) {
    const sound = rows.filter(({ pointer }) => !group.some((name) => missing.has(`${pointer}/${name}`)));
    faults.push(...(await takenValues(world, entity, group, sound)));
  }
  return faults;
}

/** Values that meet the schema of their field, and that no database holds: a NUL in a text, a moment that never was. */
function misfits({ fields }: EntitySchema, rows: readonly Placed[]): readonly InputFault[] {
  return rows.flatMap(({ input, pointer }) =>
    Object.entries(input).flatMap(([name, value]) => {
      const type = fields.get(name)?.type;
      const message = type && isValue(value) ? kindFault(type, value) : undefined;
      return message === undefined ? [] : [{ pointer: `${pointer}/${name}`, message }];
    }),
  );
}

/** Does any input have to be looked at? Most have nothing to ask the database about. */
export function hasRules(entity: EntitySchema): boolean {
  const { fields, indexes } = entity;
  return (
    pairRelations(entity).length > 0 ||
    indexes.some(({ unique }) => unique) ||
    [...fields.values()].some(
      ({ references, unique, schema }) => references !== undefined || unique || rulesOf(schema).length > 0,
    )
  );
}

async function ownFaults(
  { data, actor }: RuleWorld,
  { rule, owner }: OwnedRule,
  asked: { readonly entity: EntitySchema; readonly field: string; readonly parameter: unknown },
  rows: readonly Placed[],
): Promise<readonly InputFault[]> {
  const faults: InputFault[] = [];
  const services = currentScope()?.of(owner.container) ?? owner.container.services;
  for (const { input, pointer, id } of rows) {
    const value = input[asked.field];
    if (!isValue(value)) continue;
    const message = await rule.check({ ...asked, value, input, id, actor, data, services });
    if (message !== undefined) faults.push({ pointer: `${pointer}/${asked.field}`, message });
  }
  return faults;
}
