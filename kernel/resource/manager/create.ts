import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { EntityRow } from '../../data/model/row.ts';
import type { ReadRow } from '../../data/plan/decode.ts';
import { isUuid } from '../../data/value/uuid.ts';
import { type Grant, isUnlimited, rowsOf } from '../access/grant.ts';
import { holds } from '../access/holds.ts';
import type { Call } from '../hook/call.ts';
import { each, runHooked } from '../hook/run.ts';
import type { Resource } from '../resources.ts';
import { type Placed, ruleFaults } from '../validation/check-rules.ts';
import {
  copyInput,
  type Input,
  type InputValidator,
  throwInputFaults,
} from '../validation/input-validator.ts';
import { scopeKey } from '../view/schemas.ts';
import { areWithin, grantsToWrite } from './check-row.ts';
import { runInTransaction } from './commit.ts';
import { splitInput, writePairs } from './pairs.ts';
import { findRow, type RowRequest } from './read.ts';
import { noteVersion, passVersion } from './version.ts';
import type { World } from './world.ts';

/**
 * Makes a row: access → validation → hooks → insert → access again, of the row as it is now.
 *
 * @returns the row as its maker may see it; nothing but its id if they may not
 */
export async function createRow(
  world: World,
  resource: Resource,
  input: unknown,
  request: RowRequest,
): Promise<ReadRow> {
  const { schema } = resource;
  const values = copyInput(schema.name, input);
  await fillScope(world, resource, values);
  const grants = await grantsToWrite(world, schema, 'create', Object.keys(values));
  const rows = [{ input: values, pointer: '', id: undefined }];
  checkForm(world, resource, rows);
  const call = world.call(resource, 'create', values);
  // What hooks have changed is checked by the repository.
  const checked = resource.chain('create') === undefined;
  let written: EntityRow | undefined;
  return runInTransaction(world, resource, call, {
    prepare: () => checkRules(world, resource, rows),
    async perform() {
      const { values: fields, pairs } = splitInput(schema, call.input as Input);
      written = await world.repository(schema).create(fields, { checked });
      if (pairs.length > 0) await writePairs(world, schema, String(written.id), pairs);
      await assertWithin(world, resource, [written], grants);
      return written;
    },
    answer: (result) => shownRow(world, resource, result ?? written, request),
    changes: () => (written === undefined ? [] : [created(schema.name, written)]),
  });
}

/**
 * Makes rows, all or none: the hooks of `create` for each, one insert for all.
 *
 * @returns as {@link createRow}, in the order of the inputs
 */
export async function createRows(
  world: World,
  resource: Resource,
  inputs: unknown,
): Promise<readonly ReadRow[]> {
  const { schema } = resource;
  if (!Array.isArray(inputs)) {
    throwInputFaults(schema.name, [{ pointer: '', message: 'must be a list of rows' }]);
    return [];
  }
  const values = inputs.map((input, index) => copyInput(schema.name, input, `/${index}`));
  for (const one of values) await fillScope(world, resource, one);
  const grants = await grantsToWrite(
    world,
    schema,
    'create',
    new Set(values.flatMap((one) => Object.keys(one))),
  );
  const placed = values.map((input, index) => ({ input, pointer: `/${index}`, id: undefined }));
  checkForm(world, resource, placed);
  const call = world.call(resource, 'createMany', values);
  let rows: readonly EntityRow[] = [];
  let calls: readonly Call[] = [];
  return runInTransaction(world, resource, call, {
    prepare: () => checkRules(world, resource, placed),
    async perform(database) {
      const list: unknown = call.input;
      calls = (Array.isArray(list) ? list : []).map((one) => world.call(resource, 'create', one));
      for (const one of calls) one.transaction = database;
      rows = await insertHooked(world, resource, calls, isWhole(resource));
      await assertWithin(world, resource, rows, grants);
      return calls.map(({ result }) => result);
    },
    async answer() {
      const shown: ReadRow[] = [];
      // One after the other: they share the connection of the transaction.
      for (const { result } of calls) shown.push(await shownRow(world, resource, result, {}));
      return shown;
    },
    changes: () => rows.map((row) => created(schema.name, row)),
    async committed() {
      const chain = resource.chain('create');
      if (chain) for (const one of calls) await each(chain.afterCommit, one);
    },
  });
}

/** Is what was checked what will be written? Hooks may change it. */
function isWhole(resource: Resource): boolean {
  return resource.chain('create') === undefined && resource.chain('createMany') === undefined;
}

/** Inserts rows with the hooks of each: by one statement, unless a hook is around each of them. */
async function insertHooked(
  world: World,
  resource: Resource,
  calls: readonly Call[],
  checked: boolean,
): Promise<readonly EntityRow[]> {
  const rows = world.repository(resource.schema);
  const chain = resource.chain('create');
  const written: EntityRow[] = [];
  if (chain !== undefined && chain.around.length > 0) {
    for (const one of calls) {
      await runHooked(one, chain, async () => {
        const { values, pairs } = splitInput(resource.schema, one.input as Input);
        const row: EntityRow = await rows.create(values, { checked });
        if (pairs.length > 0) await writePairs(world, resource.schema, String(row.id), pairs);
        written.push(row);
        return row;
      });
    }
    return written;
  }
  if (chain) for (const one of calls) await each(chain.before, one);
  const parts = calls.map(({ input }) => splitInput(resource.schema, input as Input));
  const values = parts.map((part) => part.values);
  written.push(...(await rows.createMany(values, { checked })));
  for (const [index, one] of calls.entries()) {
    one.result = written[index];
    const { pairs = [] } = parts[index] ?? {};
    if (pairs.length > 0) await writePairs(world, resource.schema, String(written[index]?.id), pairs);
    if (chain) await each(chain.after, one);
  }
  return written;
}

/** Whose the row is, where its maker could mean but one. */
async function fillScope(world: World, { schema }: Resource, values: Input): Promise<void> {
  const key = scopeKey(schema);
  if (key === undefined || values[key] !== undefined || world.actor === undefined) return;
  const request = { actor: world.actor, permission: `${schema.name}:create`, entity: schema };
  for (const authority of world.table.authorities) {
    const value = await authority.scopeOf(request);
    if (value === undefined) continue;
    values[key] = value;
    return;
  }
}

/** What inputs tell by themselves, before anything is begun for them. @throws INPUT_INVALID with all faults */
export function checkForm({ isSystem }: World, resource: Resource, rows: readonly Placed[]): void {
  const { schema } = resource;
  const key = scopeKey(schema);
  const form = rows.flatMap(({ input, pointer, id }) => [
    ...validatorOf(resource, id === undefined, isSystem).faults(input, pointer),
    ...(id === undefined && key !== undefined && input[key] === undefined
      ? [{ pointer: `${pointer}/${key}`, message: 'is required' }]
      : []),
  ]);
  throwInputFaults(schema.name, form);
}

function validatorOf(resource: Resource, isNew: boolean, isSystem: boolean): InputValidator {
  if (isSystem) return isNew ? resource.serverCreate : resource.serverUpdate;
  return isNew ? resource.create : resource.update;
}

/** What only the database knows, asked in the transaction that writes. @throws INPUT_INVALID with all faults */
export async function checkRules(world: World, resource: Resource, rows: readonly Placed[]): Promise<void> {
  const { schema, hasRules } = resource;
  if (hasRules) throwInputFaults(schema.name, await ruleFaults(world.ruleWorld, schema, rows));
}

async function assertWithin(
  world: World,
  { schema }: Resource,
  rows: readonly EntityRow[],
  grants: readonly Grant[],
): Promise<void> {
  const rule = rowsOf(grants);
  if (rule === undefined || rows.every((row) => holds(schema, rule, row))) return;
  const ids = rows.map(({ id }) => String(id));
  if (ids.length > 0 && !(await areWithin(world, schema, ids, grants))) {
    throw world.asGrants.refusal(schema, 'create');
  }
}

/** The row as the actor may see it. It need not be read again where they may see all of it. */
export async function shownRow(
  world: World,
  resource: Resource,
  row: unknown,
  request: RowRequest,
): Promise<ReadRow> {
  const { schema } = resource;
  const written: ReadRow = typeof row === 'object' && row !== null ? { ...row } : {};
  noteVersion(schema, written);
  const grants = await world.grants(schema, 'read');
  const id = String(written.id);
  // What a hook has put in the row's place.
  if (!isUuid(written.id)) return written;
  const isWhole = request.fields === undefined && request.include === undefined;
  if (isWhole && (grants.some(isUnlimited) || showsWhole(schema, grants, written))) {
    const shown = Object.fromEntries(
      [...schema.fields.values()].flatMap(({ name, readable }) => (readable ? [[name, written[name]]] : [])),
    );
    passVersion(written, shown);
    return shown;
  }
  const seen = grants.length === 0 ? undefined : await findRow(world, resource, id, request);
  if (seen !== undefined) return seen;
  const reference = { id };
  passVersion(written, reference);
  return reference;
}

/** Does what is granted reach the row, as it is known here, and all of its fields? */
function showsWhole(schema: EntitySchema, grants: readonly Grant[], row: ReadRow): boolean {
  const rule = rowsOf(grants);
  return (
    rule !== undefined &&
    grants.every(({ fields }) => fields === undefined) &&
    holds(schema, rule, row) === true
  );
}

function created(entity: string, row: EntityRow) {
  return { kind: 'created', entity, id: String(row.id), row, previous: undefined } as const;
}
