import type { Filter } from '../../data/entity/filter.ts';

/** One way in: these rows, and these fields of them. Who has several may use whichever fits. */
export interface Grant {
  /** `undefined`: all rows. */
  readonly rows?: Filter | undefined;
  /** Names of fields, beside `id`; `undefined`: all that may be read or set at all. */
  readonly fields?: ReadonlySet<string> | undefined;
}

/** All rows, all fields. */
export const unlimited: Grant = Object.freeze({});

export function isUnlimited({ rows, fields }: Grant): boolean {
  return rows === undefined && fields === undefined;
}

/** Without those that another makes superfluous: one that is unlimited is enough. */
export function anyGrant(grants: readonly Grant[]): readonly Grant[] {
  return grants.length > 1 && grants.some(isUnlimited) ? [unlimited] : grants;
}

/** Whoever has one grant of each list: every pair of them. */
export function bothGrants(some: readonly Grant[], others: readonly Grant[]): readonly Grant[] {
  return anyGrant(some.flatMap((one) => others.map((other) => both(one, other))));
}

function both(one: Grant, other: Grant): Grant {
  if (isUnlimited(one)) return other;
  if (isUnlimited(other)) return one;
  const rows = one.rows && other.rows ? { and: [one.rows, other.rows] } : (one.rows ?? other.rows);
  const fields =
    one.fields && other.fields ? one.fields.intersection(other.fields) : (one.fields ?? other.fields);
  return { rows, fields };
}

/** The rows of all these grants; `undefined`: all rows. */
export function rowsOf(grants: readonly Grant[]): Filter | undefined {
  const filters = grants.flatMap(({ rows }) => (rows === undefined ? [] : [rows]));
  if (filters.length < grants.length) return undefined;
  return filters.length === 1 ? filters[0] : { or: filters };
}

/** Those that allow all of these fields. `id` is always allowed. */
export function covering(grants: readonly Grant[], fields: ReadonlySet<string>): readonly Grant[] {
  return grants.filter((grant) => allows(grant, fields));
}

function allows({ fields: allowed }: Grant, fields: ReadonlySet<string>): boolean {
  if (allowed === undefined) return true;
  for (const field of fields) if (field !== 'id' && !allowed.has(field)) return false;
  return true;
}
