import type { EntityRow } from '../../data/model/row.ts';
import type { ReadRow } from '../../data/plan/decode.ts';
import { isUuid } from '../../data/value/uuid.ts';
import { BackplaneError, isBackplaneError } from '../../errors.ts';
import type { Resource } from '../resources.ts';
import { copyInput, type Input } from '../validation/input-validator.ts';
import { checkForm, checkRules } from './check-input.ts';
import { areWithin, assertMay, grantsToWrite } from './check-row.ts';
import { runInTransaction } from './commit.ts';
import type { ChangeKind } from './events.ts';
import { splitInput, writePairs } from './pairs.ts';
import type { RowRequest } from './read.ts';
import { shownRow } from './shown-row.ts';
import { versionField, versionIn } from './version.ts';
import type { World } from './world.ts';

export interface ChangeOptions {
  /** The version of the row that the caller has seen (see `versionOf`); a row that has changed since is left alone. */
  readonly ifVersion?: string | undefined;
}

/**
 * Changes a row: access → validation → hooks → update → access again, of the row as it is now.
 *
 * @throws ROW_NOT_FOUND, ACCESS_DENIED, FIELD_FORBIDDEN, INPUT_INVALID, ROW_VERSION_DIFFERS
 */
export async function updateRow(
  world: World,
  resource: Resource,
  id: string,
  input: unknown,
  request: RowRequest,
  options: ChangeOptions,
): Promise<ReadRow> {
  const { schema } = resource;
  const values = copyInput(schema.name, input);
  const grants = await grantsToWrite(world, schema, 'update', Object.keys(values));
  const call = world.call(resource, 'update', values, id);
  let before: EntityRow | undefined;
  let after: EntityRow | undefined;
  return runInTransaction(world, resource, call, {
    async prepare() {
      await holdRows(world, resource, [id]);
      // Whether the row may be seen comes first: what is wrong with the input must not tell that there is one.
      await assertMay(world, schema, 'update', id, grants);
      before = await previousRow(world, resource, id, options);
      call.previous = before;
      const rows = [{ input: values, pointer: '', id, row: before }];
      checkForm(world, resource, rows);
      await checkRules(world, resource, rows);
    },
    async perform() {
      const { values: fields, pairs } = splitInput(schema, call.input as Input);
      after = await writeUpdate(world, resource, id, fields, options.ifVersion && before);
      if (pairs.length > 0) await writePairs(world, schema, id, pairs);
      if (await areWithin(world, schema, [id], grants)) return after;
      throw world.asGrants.refusal(schema, 'update');
    },
    answer: (result) => shownRow(world, resource, result ?? after, request),
    changes: () => (after === undefined ? [] : [changed('updated', schema.name, after, before)]),
  });
}

/** Deletes a row: for good, or by marking it where the entity says so. @throws as {@link updateRow} */
export async function deleteRow(
  world: World,
  resource: Resource,
  id: string,
  options: ChangeOptions,
): Promise<void> {
  const { schema } = resource;
  const grants = await grantsToWrite(world, schema, 'delete', []);
  const call = world.call(resource, 'delete', undefined, id);
  let before: EntityRow | undefined;
  let gone: EntityRow | undefined;
  await runInTransaction(world, resource, call, {
    async prepare() {
      await holdRows(world, resource, [id]);
      await assertMay(world, schema, 'delete', id, grants);
      before = await previousRow(world, resource, id, options);
      call.previous = before;
    },
    async perform() {
      const isGone = await world.repository(schema).delete(id);
      if (isGone) {
        gone = before;
        return before;
      }
      throw new BackplaneError('ROW_NOT_FOUND', { entity: schema.name, id });
    },
    answer: () => {},
    changes: () => (gone === undefined ? [] : [changed('deleted', schema.name, gone, gone)]),
  });
}

/** Brings a deleted row back. @throws as {@link updateRow} */
export async function restoreRow(
  world: World,
  resource: Resource,
  id: string,
  request: RowRequest,
): Promise<ReadRow> {
  const { schema } = resource;
  const grants = await grantsToWrite(world, schema, 'restore', []);
  const call = world.call(resource, 'restore', undefined, id);
  let after: EntityRow | undefined;
  return runInTransaction(world, resource, call, {
    async prepare() {
      await holdRows(world, resource, [id]);
      await assertMay(world, schema, 'restore', id, grants, 'only');
    },
    async perform() {
      after = await world.repository(schema).restore(id);
      return after;
    },
    answer: (result) => shownRow(world, resource, result ?? after, request),
    changes: () => (after === undefined ? [] : [changed('restored', schema.name, after, undefined)]),
  });
}

/** The whole row as it is. @throws ROW_NOT_FOUND, ROW_VERSION_DIFFERS */
async function previousRow(
  world: World,
  { schema }: Resource,
  id: string,
  { ifVersion }: ChangeOptions,
): Promise<EntityRow> {
  const row: EntityRow = await world.repository(schema).findOrFail(id);
  if (ifVersion !== undefined && versionIn(schema, row) !== ifVersion) {
    throw new BackplaneError('ROW_VERSION_DIFFERS', { entity: schema.name, id });
  }
  return row;
}

/**
 * Nobody else may write between the look at rows and what is done with them. Before anything is read: what a transaction
 * reads later may be no younger than its first read. In one order, so that two who want the same rows do not wait for each other.
 */
export async function holdRows(world: World, { schema }: Resource, ids: readonly unknown[]): Promise<void> {
  const known = ids.filter(isUuid).map((id) => id.toLowerCase());
  const { knex, dialect } = world.database(schema);
  // SQLite lets one transaction write at a time as it is.
  if (dialect === 'sqlite' || known.length === 0) return;
  await knex(schema.table).whereIn('id', known).orderBy('id').forUpdate().select('id');
}

/** @param seen the row whose version the caller has named: whoever changes it in between comes first */
async function writeUpdate(
  world: World,
  resource: Resource,
  id: string,
  input: Input,
  seen: EntityRow | undefined | '',
): Promise<EntityRow> {
  const { schema } = resource;
  const rows = world.repository(schema);
  const moment = seen ? seen[versionField] : undefined;
  try {
    return await rows.update(id, input, {
      ...(typeof moment === 'string' ? { ifUpdatedAt: moment } : {}),
      checked: resource.chain('update') === undefined,
    });
  } catch (error) {
    if (!isBackplaneError(error) || error.code !== 'ROW_CHANGED') throw error;
    throw new BackplaneError('ROW_VERSION_DIFFERS', { entity: schema.name, id }, { cause: error });
  }
}

function changed(kind: ChangeKind, entity: string, row: EntityRow, previous: EntityRow | undefined) {
  return { kind, entity, id: String(row.id), row, previous };
}
