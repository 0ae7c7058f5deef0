import { type Convert, codecOf } from '../database/column-codec.ts';
import type { Dialect } from '../database/dialect.ts';
import type { EntityCatalog } from '../entity/catalog.ts';
import type { EntitySchema } from '../entity/entity-schema.ts';
import type { Field } from '../entity/field.ts';
import type { BranchPlan, IncludePlan, ListPlan } from './plan.ts';
import { hiddenKeys, keyName, selectedNames } from './sql/list.ts';
import { fieldNamed } from './sql/writing.ts';

export type ReadRow = Record<string, unknown>;

/** A value of a row that is not yet as callers want it. */
interface Step {
  readonly name: string;
  readonly convert: Convert;
  /** What NULL becomes. */
  readonly empty: () => unknown;
}

/** Turns rows as the driver gives them into rows as callers want them. */
export interface Decoder {
  /** In place. */
  decode(rows: readonly ReadRow[]): void;
  /** The values that a decoded row is ordered by; before {@link withoutKeys}. */
  keysOf(row: ReadRow): readonly unknown[];
  /** Without what was read for the order alone. */
  withoutKeys(rows: readonly ReadRow[]): readonly ReadRow[];
}

/** The decoder of a list. All that can be decided by the plan is decided here, once for each shape. */
export function decoderOf(catalog: EntityCatalog, dialect: Dialect, plan: ListPlan): Decoder {
  const entity = catalog.get(plan.source.entity);
  const names = selectedNames(entity, plan.fields);
  const hidden = new Map(hiddenKeys(plan.order, names));
  const hiddenSteps = [...hidden].flatMap(([index, { field }]) =>
    fieldSteps([[keyName(index), fieldNamed(entity, field)]], dialect, 'decode'),
  );
  const steps = [
    ...fieldSteps(
      names.map((name) => [name, fieldNamed(entity, name)]),
      dialect,
      'decode',
    ),
    ...hiddenSteps,
    ...relationSteps(catalog, entity, dialect, plan),
  ];
  const keys = plan.order.map(({ field }, index) => (hidden.has(index) ? keyName(index) : field));
  const kept = [...names, ...plan.includes.map(({ relation }) => relation)];
  return {
    decode(rows) {
      if (steps.length > 0) for (const row of rows) apply(steps, row);
    },
    keysOf: (row) => keys.map((key) => row[key]),
    withoutKeys(rows) {
      if (hidden.size === 0) return rows;
      return rows.map((row) => Object.fromEntries(kept.map((name) => [name, row[name]])));
    },
  };
}

function apply(steps: readonly Step[], row: ReadRow): void {
  for (const { name, convert, empty } of steps) {
    const value = row[name];
    row[name] = value === null || value === undefined ? empty() : convert(value);
  }
}

const noValue = (): null => null;
const noRows = (): unknown[] => [];

function fieldSteps(
  fields: readonly (readonly [name: string, field: Field])[],
  dialect: Dialect,
  place: 'decode' | 'decodeNested',
): readonly Step[] {
  return fields.flatMap(([name, { type }]) => {
    const convert = codecOf(type, dialect)[place];
    return convert === undefined ? [] : [{ name, convert, empty: noValue }];
  });
}

function relationSteps(
  catalog: EntityCatalog,
  entity: EntitySchema,
  dialect: Dialect,
  { includes }: BranchPlan,
): readonly Step[] {
  return includes.map((include) => relationStep(catalog, entity, dialect, include));
}

function relationStep(
  catalog: EntityCatalog,
  entity: EntitySchema,
  dialect: Dialect,
  plan: IncludePlan,
): Step {
  const target = catalog.get(plan.source.entity);
  const relation = entity.relations.get(plan.relation);
  const fields = selectedNames(target, plan.fields).map((name) => [name, fieldNamed(target, name)] as const);
  const steps: Step[] = [
    ...fieldSteps(fields, dialect, 'decodeNested'),
    ...relationSteps(catalog, target, dialect, plan),
  ];
  if (relation?.kind === 'manyToMany') {
    const pivot = fieldSteps([...relation.pivot.fields], dialect, 'decodeNested');
    if (pivot.length > 0) steps.push({ name: 'pivot', convert: object(pivot), empty: noValue });
  }
  const isMany = relation?.kind === 'hasMany' || relation?.kind === 'manyToMany';
  const one = object(steps);
  return {
    name: plan.relation,
    empty: isMany ? noRows : noValue,
    convert: (value) => {
      // The outermost comes as text, or from some drivers parsed already.
      const parsed: unknown = typeof value === 'string' ? JSON.parse(value) : value;
      if (steps.length === 0) return parsed;
      return Array.isArray(parsed) ? parsed.map(one) : one(parsed);
    },
  };
}

/** Decodes an object of JSON in place. */
function object(steps: readonly Step[]): Convert {
  return (value) => {
    if (isRow(value)) apply(steps, value);
    return value;
  };
}

function isRow(value: unknown): value is ReadRow {
  return typeof value === 'object' && value !== null;
}
