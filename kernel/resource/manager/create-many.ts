import type { EntityRow } from '../../data/model/row.ts';
import type { ReadRow } from '../../data/plan/decode.ts';
import type { Call } from '../hook/call.ts';
import { each, runHooked } from '../hook/run.ts';
import type { Resource } from '../resources.ts';
import { copyInput, type Input, throwInputFaults } from '../validation/input-validator.ts';
import { assertWithin, checkForm, checkRules, fillScope } from './check-input.ts';
import { grantsToWrite } from './check-row.ts';
import { runInTransaction } from './commit.ts';
import { created } from './events.ts';
import { splitInput, writePairs } from './pairs.ts';
import { shownRow } from './shown-row.ts';
import type { World } from './world.ts';

/**
 * Makes rows, all or none: the hooks of `create` for each, one insert for all.
 *
 * @returns as `createRow` does, in the order of the inputs
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
