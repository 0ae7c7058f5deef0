import type { Field } from '../../data/entity/field.ts';
import type { Filter } from '../../data/entity/filter.ts';
import { isMisfit, type Misfit, readValue } from '../../data/plan/value.ts';
import { BackplaneError } from '../../errors.ts';
import { type ExternalEntity, inWords } from './entity.ts';

/** Conditions by field and operator, all of which must hold: what drivers are given. */
export type Pushed = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** One part of a filter, all of which must hold. */
interface Part {
  /** Where in the filter. */
  readonly path: string;
  /** `undefined` for what is no condition of a field: alternatives and negations. */
  readonly condition:
    | { readonly field: string; readonly operator: string; readonly operand: unknown }
    | undefined;
}

/**
 * The conditions of a request, which its driver must be able to meet: no other rows may be shown as the answer.
 *
 * @param filter sound in itself
 * @returns with what is wrong with it
 */
export function pushRequest(
  external: ExternalEntity,
  filter: Filter,
): { readonly pushed: Pushed; readonly faults: readonly BackplaneError[] } {
  const pushed = new Conditions(external);
  const { name: entity } = external.schema;
  const faults = partsOf(filter, 'filter').flatMap(({ path, condition }) => {
    if (pushed.add(condition)) return [];
    const reason = `This cannot be asked. ${inWords(external).filter}`;
    return [new BackplaneError('QUERY_INVALID', { entity, path, reason })];
  });
  return { pushed: pushed.all, faults };
}

/**
 * Adds what of a rule a driver can filter by, so that fewer rows come that nobody may show.
 *
 * @returns `isWhole`: is that all of the rule?
 */
export function pushRule(
  external: ExternalEntity,
  before: Pushed,
  rule: Filter,
): { readonly pushed: Pushed; readonly isWhole: boolean } {
  const pushed = new Conditions(external, before);
  const left = partsOf(rule, 'rule').filter(({ condition }) => !pushed.add(condition));
  return { pushed: pushed.all, isWhole: left.length === 0 };
}

class Conditions {
  readonly #external: ExternalEntity;
  readonly #fields: Record<string, Record<string, unknown>> = {};

  constructor(external: ExternalEntity, before: Pushed = {}) {
    this.#external = external;
    for (const [field, condition] of Object.entries(before)) this.#fields[field] = { ...condition };
  }

  get all(): Pushed {
    return this.#fields;
  }

  /** @returns can drivers meet it? */
  add(condition: Part['condition']): boolean {
    if (condition === undefined) return false;
    const { field, operator, operand } = condition;
    const known = this.#external.schema.fields.get(field);
    if (known === undefined || !this.#external.filter.get(field)?.has(operator)) return false;
    const value = plainValue(known, operator, operand);
    if (value === undefined) return false;
    // Every row meets it, which not every driver would say of an empty list.
    if (operator === 'nin' && Array.isArray(value) && value.length === 0) return true;
    this.#fields[field] ??= {};
    const own = this.#fields[field];
    // There is one place for each operator: a second value would push the first one out.
    if (Object.hasOwn(own, operator)) return JSON.stringify(own[operator]) === JSON.stringify(value);
    own[operator] = value;
    return true;
  }
}

/** The value as rows hold it: moments in UTC, UUIDs in lower case. `undefined` for what is none. */
function plainValue(field: Field, operator: string, operand: unknown): unknown {
  if (operator === 'isNull') return typeof operand === 'boolean' ? operand : undefined;
  if (operator === 'startsWith' || operator === 'contains') {
    return typeof operand === 'string' ? operand : undefined;
  }
  if (operator !== 'in' && operator !== 'nin') return orNone(readValue(field, operand));
  if (!Array.isArray(operand)) return undefined;
  const values = operand.map((one: unknown) => orNone(readValue(field, one)));
  return values.includes(undefined) ? undefined : values;
}

function orNone<Value>(value: Value | Misfit): Value | undefined {
  return isMisfit(value) ? undefined : value;
}

function partsOf(filter: Filter, path: string): readonly Part[] {
  return Object.entries(filter).flatMap(([name, value]): readonly Part[] => {
    const at = `${path}.${name}`;
    if (value === undefined) return [];
    const isJoined = name === 'and' || (name === 'or' && Array.isArray(value) && value.length === 1);
    if (isJoined && Array.isArray(value)) {
      return value.flatMap((one: unknown, index) => (isFilter(one) ? partsOf(one, `${at}.${index}`) : []));
    }
    if (name === 'or' || name === 'not' || !isFilter(value)) return [{ path: at, condition: undefined }];
    return Object.entries(value).map(([operator, operand]) => ({
      path: `${at}.${operator}`,
      condition: { field: name, ...plain(operator, operand) },
    }));
  });
}

/** NULL is asked for in one way only. */
function plain(operator: string, operand: unknown): { readonly operator: string; readonly operand: unknown } {
  if (operand !== null || (operator !== 'eq' && operator !== 'ne')) return { operator, operand };
  return { operator: 'isNull', operand: operator === 'eq' };
}

function isFilter(value: unknown): value is Filter {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
