import { hash } from 'node:crypto';
import type { EntitySchema } from '../../data/entity/entity-schema.ts';

/** The field that changes with every change of a row. */
export const versionField = 'updatedAt';

const versions = new WeakMap<object, string>();

/**
 * The version of a row that a manager has given: what it was when it was read, whichever fields were asked for. For ETags.
 *
 * @returns `undefined` for what no manager gave, and for part of a row of an entity without `timestamps`
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

export function versionIn(schema: EntitySchema, row: Readonly<Record<string, unknown>>): string | undefined {
  if (!schema.timestamps) return hashOfAll(schema, row);
  const { id, [versionField]: moment } = row;
  return typeof moment === 'string' ? hash('sha1', `${id} ${moment}`, 'base64url') : undefined;
}

/** Of all that callers may read: of less it would say nothing, and of more it would tell of what they may not. */
function hashOfAll({ fields }: EntitySchema, row: Readonly<Record<string, unknown>>): string | undefined {
  const values: unknown[] = [];
  for (const { name, readable } of fields.values()) {
    if (!readable) continue;
    if (row[name] === undefined) return undefined;
    values.push(row[name]);
  }
  return hash('sha1', JSON.stringify(values), 'base64url');
}
