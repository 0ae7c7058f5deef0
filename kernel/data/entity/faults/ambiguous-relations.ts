import { BackplaneError } from '../../../errors.ts';
import type { EntityDefinition, EntityExtension } from '../define.ts';
import type { ManyToMany, Relation } from '../relation.ts';

interface Contribution {
  readonly value: EntityDefinition | EntityExtension;
  readonly owner: string;
}

interface Declared {
  readonly entity: string;
  readonly name: string;
  readonly relation: Relation;
  readonly owner: string;
}

/**
 * Relations that could be meant in two ways: whose key could be each of several, and two sides that would each make a table
 * of pairs of their own. Pure.
 *
 * @returns `sound`: the contributions without relations of which more would be told
 */
export function ambiguousRelations(contributions: readonly Contribution[]): {
  readonly sound: readonly Contribution[];
  readonly faults: readonly BackplaneError[];
} {
  const all = contributions.flatMap(({ value, owner }): Declared[] =>
    Object.entries(value.options.relations ?? {}).map(([name, relation]) => ({
      entity: entityOf(value),
      name,
      relation,
      owner,
    })),
  );
  const keyless = all.flatMap((one) => {
    const keys = keysOf(one, all);
    if (keys.length < 2) return [];
    const listed = keys.map((key) => `"${key}"`).join(' and ');
    const { kind, target } = one.relation;
    const reason = `Its relation "${one.name}" could go by ${listed} of "${target}". Say which: ${kind}('${target}', { key: '${keys[0]}' }).`;
    return [{ one, fault: invalid(one, reason) }];
  });
  const unclear = new Set(keyless.map(({ one }) => one.relation));
  return {
    sound: contributions.map((contribution) => without(contribution, unclear)),
    faults: [...keyless.map(({ fault }) => fault), ...doublePivots(all)],
  };
}

function entityOf(value: Contribution['value']): string {
  return 'name' in value ? value.name : value.extends;
}

/** The keys that a relation to many, or to one at the other side, could go by. */
function keysOf({ entity, relation }: Declared, all: readonly Declared[]): readonly string[] {
  if ((relation.kind !== 'hasMany' && relation.kind !== 'hasOne') || relation.key !== undefined) return [];
  return all.flatMap(({ entity: other, name, relation: back }) =>
    other === relation.target && back.kind === 'belongsTo' && back.target === entity
      ? [back.key ?? `${name}Id`]
      : [],
  );
}

function doublePivots(all: readonly Declared[]): readonly BackplaneError[] {
  const sides = all.filter(isSide);
  const isOther = (one: Side, of: Side): boolean =>
    one.entity === of.relation.target && one.relation.target === of.entity;
  const claimed = ({ entity, name }: Side): boolean =>
    sides.some(({ relation }) => relation.target === entity && relation.inverse === name);
  const open = sides.filter((side) => side.relation.inverse === undefined && !claimed(side));
  return open.flatMap((side, index) => {
    const other = open.slice(0, index).find((one) => isOther(one, side) && !haveOwnTables(one, side));
    if (other === undefined) return [];
    const reason =
      `Its relation "${side.name}" and "${other.name}" of "${other.entity}" would each have a table of pairs of their own. ` +
      `If they are two sides of one, say so: manyToMany('${other.entity}', { inverse: '${other.name}' }); otherwise give each a "table".`;
    return [invalid(side, reason)];
  });
}

type Side = Declared & { readonly relation: ManyToMany };

function isSide(one: Declared): one is Side {
  return one.relation.kind === 'manyToMany';
}

function haveOwnTables({ relation: { table: a } }: Side, { relation: { table: b } }: Side): boolean {
  return a !== undefined && b !== undefined && a !== b;
}

function invalid({ entity, owner }: Declared, reason: string): BackplaneError {
  return new BackplaneError('ENTITY_INVALID', { entity, owner, reason });
}

function without(contribution: Contribution, unclear: ReadonlySet<Relation>): Contribution {
  const { value, owner } = contribution;
  const all = Object.entries(value.options.relations ?? {});
  if (!all.some(([, relation]) => unclear.has(relation))) return contribution;
  const relations = Object.fromEntries(all.filter(([, relation]) => !unclear.has(relation)));
  return 'name' in value
    ? { value: { ...value, options: { ...value.options, relations } }, owner }
    : { value: { ...value, options: { ...value.options, relations } }, owner };
}
