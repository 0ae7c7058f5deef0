import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { EntityRow } from '../../data/model/row.ts';
import type { ReadRow } from '../../data/plan/decode.ts';
import { BackplaneError } from '../../errors.ts';
import { type Grant, rowsOf } from '../access/grant.ts';
import type { ChangeOptions } from '../manager/change.ts';
import { checkForm, checkRules } from '../manager/check-input.ts';
import { grantsToWrite } from '../manager/check-row.ts';
import { type Change, created } from '../manager/events.ts';
import type { RowRequest } from '../manager/read.ts';
import { versionField, versionIn } from '../manager/version.ts';
import type { World } from '../manager/world.ts';
import type { Resource } from '../resources.ts';
import { copyInput, type Input, throwInputFaults } from '../validation/input-validator.ts';
import { ask, externalOf, superseded } from './ask.ts';
import { fetchRow, reference, rowOf, type Show, viewFor } from './row.ts';
import { runOutside } from './run.ts';
import { satisfies } from './satisfies.ts';

/**
 * Makes a row: access → validation → hooks → access again, of the row as it would be → the provider.
 *
 * @param operationId identity of the work: repeated under it, nothing is made twice. Of its own if left out
 */
export async function createExternal(
  world: World,
  resource: Resource,
  input: unknown,
  request: RowRequest,
  operationId: string = randomUUID(),
): Promise<ReadRow> {
  externalOf(resource, 'create');
  const { schema } = resource;
  const values = copyInput(schema.name, input);
  const grants = await grantsToWrite(world, schema, 'create', Object.keys(values));
  const rows = [{ input: values, pointer: '', id: undefined }];
  checkForm(world, resource, rows);
  const show = await viewFor(world, resource, request);
  const call = world.call(resource, 'create', values);
  let made: EntityRow | undefined;
  return runOutside(world, resource, call, {
    prepare: () => checkRules(world, resource, rows),
    async perform() {
      const sent = asHooksLeftIt(resource, call.input, 'create');
      if (!satisfies(schema, rowsOf(grants), futureRow(resource, sent))) {
        throw world.asGrants.refusal(schema, 'create');
      }
      const { value } = await ask(world, resource, 'create', { values: sent }, { operationId });
      made = rowOf(schema, value);
      return made;
    },
    answer: (result) => shownAs(result ?? made, show),
    changes: () => (made === undefined ? [] : [created(schema.name, made)]),
  });
}

/** Changes a row: it is read, checked as it is and as it would be, and then changed by the provider. */
export async function updateExternal(
  world: World,
  resource: Resource,
  id: string,
  input: unknown,
  request: RowRequest,
  options: ChangeOptions,
): Promise<ReadRow> {
  externalOf(resource, 'update');
  const { schema } = resource;
  const values = copyInput(schema.name, input);
  const grants = await grantsToWrite(world, schema, 'update', Object.keys(values));
  const show = await viewFor(world, resource, request);
  const call = world.call(resource, 'update', values, id);
  let before: EntityRow = {};
  let after: EntityRow | undefined;
  return runOutside(world, resource, call, {
    async prepare() {
      before = await rowToChange(world, resource, 'update', id, grants, options);
      call.previous = before;
      const rows = [{ input: values, pointer: '', id, row: before }];
      checkForm(world, resource, rows);
      await checkRules(world, resource, rows);
    },
    async perform() {
      const changes = asHooksLeftIt(resource, call.input, 'update');
      const rule = rowsOf(grants);
      if (!satisfies(schema, rule, { ...before, ...changes })) throw world.asGrants.refusal(schema, 'update');
      const isOfThis = options.ifVersion !== undefined || rule !== undefined;
      after = await changeRow(world, resource, before, changes, isOfThis);
      return after;
    },
    answer: (result) => shownAs(result ?? after, show),
    changes: () => (after === undefined ? [] : [changed('updated', schema.name, after, before)]),
  });
}

export async function deleteExternal(
  world: World,
  resource: Resource,
  id: string,
  options: ChangeOptions,
): Promise<void> {
  externalOf(resource, 'delete');
  const { schema } = resource;
  const grants = await grantsToWrite(world, schema, 'delete', []);
  const call = world.call(resource, 'delete', undefined, id);
  let before: EntityRow = {};
  let gone: EntityRow | undefined;
  await runOutside(world, resource, call, {
    async prepare() {
      before = await rowToChange(world, resource, 'delete', id, grants, options);
      call.previous = before;
    },
    async perform() {
      const { value, isFirst } = await ask(world, resource, 'delete', { id: String(before.id) });
      // Not there after an attempt that nobody answered: that one has deleted it.
      if (value === false && isFirst) throw notFound(resource, id);
      gone = before;
      return before;
    },
    answer: () => {},
    changes: () => (gone === undefined ? [] : [changed('deleted', schema.name, gone, gone)]),
  });
}

/**
 * The row, which must be one that the actor sees, and may do this with.
 *
 * @throws ROW_NOT_FOUND for one that there is not, or that they do not see; ACCESS_DENIED, ROW_VERSION_DIFFERS
 */
export async function rowToChange(
  world: World,
  resource: Resource,
  operation: string,
  id: string,
  grants: readonly Grant[],
  { ifVersion }: ChangeOptions = {},
): Promise<EntityRow> {
  const { schema } = resource;
  const visible = await world.grants(schema, 'read');
  const row = visible.length === 0 ? undefined : await fetchRow(world, resource, id);
  if (row === undefined || !satisfies(schema, rowsOf(visible), row)) throw notFound(resource, id);
  if (!satisfies(schema, rowsOf(grants), row)) throw world.asGrants.refusal(schema, operation);
  if (ifVersion !== undefined && versionIn(schema, row) !== ifVersion) {
    throw new BackplaneError('ROW_VERSION_DIFFERS', { entity: schema.name, id });
  }
  return row;
}

/** @param isOfThis must the row still be the one that was looked at? */
async function changeRow(
  world: World,
  resource: Resource,
  before: EntityRow,
  changes: Input,
  isOfThis: boolean,
): Promise<EntityRow> {
  const { schema } = resource;
  const id = String(before.id);
  const moment = before[versionField];
  const version = isOfThis && schema.timestamps && typeof moment === 'string' ? { version: moment } : {};
  const { value } = await ask(world, resource, 'update', { id, changes, ...version });
  if (value === null) throw notFound(resource, id);
  if (value !== superseded) return rowOf(schema, value);
  const now = await fetchRow(world, resource, id);
  if (now !== undefined && isDeepStrictEqual({ ...now, ...changes }, now)) return now;
  throw new BackplaneError('ROW_VERSION_DIFFERS', { entity: schema.name, id });
}

/** What will be sent. Hooks are code, which may be wrong. @throws INPUT_INVALID */
function asHooksLeftIt(resource: Resource, input: unknown, operation: 'create' | 'update'): Input {
  const { schema } = resource;
  const values = given(copyInput(schema.name, input));
  if (resource.chain(operation) !== undefined) {
    const validator = operation === 'create' ? resource.serverCreate : resource.serverUpdate;
    throwInputFaults(schema.name, validator.faults(values));
  }
  return values;
}

/** Without what is `undefined`, which is not given; drivers would write it down as a value. */
function given(values: Input): Input {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** The row that values would make, as far as that is known before: what the provider sets is not. */
function futureRow({ schema }: Resource, values: Input): EntityRow {
  const row: EntityRow = {};
  for (const { name, nullable, writable } of schema.fields.values()) {
    const value = values[name];
    if (value !== undefined) row[name] = value;
    else if (nullable && writable) row[name] = null;
  }
  return row;
}

/** What hooks have put in the row's place is shown as it is. */
function shownAs(result: unknown, show: Show | undefined): ReadRow {
  const row: EntityRow = typeof result === 'object' && result !== null ? { ...result } : {};
  return show?.(row) ?? reference(row);
}

function changed(kind: Change['kind'], entity: string, row: EntityRow, previous: EntityRow): Change {
  return { kind, entity, id: String(row.id), row, previous };
}

function notFound({ schema }: Resource, id: string): BackplaneError {
  return new BackplaneError('ROW_NOT_FOUND', { entity: schema.name, id });
}
