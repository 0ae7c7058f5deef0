import { Type } from '../schema/index.ts';

/** How many calls an API allows an account in a time: `{ calls: 100, per: 60_000 }`. */
export interface Quota {
  readonly calls: number;
  /** Milliseconds. */
  readonly per: number;
}

/** Shortest time of a quota, in milliseconds: below it, what the network adds counts for more than the quota. */
const shortest = 10;

const one = Type.Object(
  { calls: Type.Integer({ minimum: 1 }), per: Type.Number({ minimum: shortest }) },
  { additionalProperties: false },
);

/** A quota, or several that all hold, as instances and drivers write it down. */
export const quotaSchema = Type.Union([one, Type.Array(one)]);

/** Is it a quota, or several? */
export function isQuota(value: unknown): value is Quota | readonly Quota[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.every(
    (quota) =>
      typeof quota === 'object' &&
      quota !== null &&
      'calls' in quota &&
      Number.isInteger(quota.calls) &&
      Number(quota.calls) >= 1 &&
      'per' in quota &&
      typeof quota.per === 'number' &&
      quota.per >= shortest,
  );
}

/** One or several as a list. */
export function quotasOf(quota: Quota | readonly Quota[] | undefined): readonly Quota[] {
  if (quota === undefined) return [];
  return 'calls' in quota ? [quota] : quota;
}
