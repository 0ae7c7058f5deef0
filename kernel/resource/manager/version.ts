import { createHash } from 'node:crypto';
import type { EntitySchema } from '../../data/entity/entity-schema.ts';

/** The field that changes with every change of a row. */
export const versionField = 'updatedAt';

const versions = new WeakMap<object, string>();

/**
 * The version of a row that a manager has given: what it was when it was read, whichever fields were asked for. For ETags.
 *
 * @returns `undefined` for entities without `timestamps`, and for what no manager gave
 */
export function versionOf(row: object): string | undefined {
  return versions.get(row);
}

/** Remembers the version of a row. It says nothing by itself, so that it may be shown to who may not see the time. */
export function noteVersion(schema: EntitySchema, row: Readonly<Record<string, unknown>>): void {
  const version = versionIn(schema, row);
  if (version !== undefined) versions.set(row, version);
}

/** The same version for a view of the row. */
export function passVersion(from: object, to: object): void {
  const version = versions.get(from);
  if (version !== undefined) versions.set(to, version);
}

export function versionIn(
  { timestamps }: EntitySchema,
  { id, [versionField]: moment }: Readonly<Record<string, unknown>>,
): string | undefined {
  if (!timestamps || typeof moment !== 'string') return undefined;
  return createHash('sha1').update(`${id} ${moment}`).digest('base64url');
}
