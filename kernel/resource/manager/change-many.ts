import type { ReadRow } from '../../data/plan/decode.ts';
import { isUuid } from '../../data/value/uuid.ts';
import { type InputFault, isBackplaneError } from '../../errors.ts';
import type { Resource } from '../resources.ts';
import { copyInput, throwInputFaults } from '../validation/input-validator.ts';
import { deleteRow, holdRows, updateRow } from './change.ts';
import { grantsToWrite } from './check-row.ts';
import { runInTransaction } from './commit.ts';
import type { World } from './world.ts';

/**
 * Changes rows, all or none, each as `update` does.
 *
 * @param inputs each with the id of its row
 * @returns the rows as who changed them may see them, in the order of the inputs
 */
export async function updateRows(
  world: World,
  resource: Resource,
  inputs: unknown,
): Promise<readonly ReadRow[]> {
  const { schema } = resource;
  const values = listOf(resource, inputs).map((input, index) => copyInput(schema.name, input, `/${index}`));
  await grantsToWrite(world, schema, 'update', []);
  throwInputFaults(schema.name, idFaults(values.map(({ id }) => id)));
  const call = world.call(resource, 'updateMany', values);
  let rows: readonly ReadRow[] = [];
  return runInTransaction(world, resource, call, {
    prepare: () =>
      holdRows(
        world,
        resource,
        values.map(({ id }) => id),
      ),
    async perform() {
      rows = await eachRow(resource, listOf(resource, call.input), (one) => {
        const { id, ...input } = copyInput(schema.name, one);
        return updateRow(world, resource, String(id), input, {}, {});
      });
      return rows;
    },
    answer: () => rows,
  });
}

/** Deletes rows, all or none, each as `delete` does. */
export async function deleteRows(world: World, resource: Resource, ids: unknown): Promise<void> {
  const { schema } = resource;
  const given = listOf(resource, ids);
  await grantsToWrite(world, schema, 'delete', []);
  throwInputFaults(schema.name, idFaults(given, ''));
  const call = world.call(resource, 'deleteMany', given);
  await runInTransaction(world, resource, call, {
    prepare: () => holdRows(world, resource, given),
    async perform() {
      for (const id of listOf(resource, call.input)) await deleteRow(world, resource, String(id), {});
      return undefined;
    },
    answer: () => undefined,
  });
}

function listOf({ schema }: Resource, given: unknown): readonly unknown[] {
  if (Array.isArray(given)) return given;
  throwInputFaults(schema.name, [{ pointer: '', message: 'must be a list' }]);
  return [];
}

/** @param member where in each entry the id stands */
function idFaults(ids: readonly unknown[], member = '/id'): readonly InputFault[] {
  const seen = new Set<unknown>();
  return ids.flatMap((id, index) => {
    const pointer = `/${index}${member}`;
    if (id === undefined) return [{ pointer, message: 'is required' }];
    if (!isUuid(id)) return [{ pointer, message: 'must match format "uuid"' }];
    const key = id.toLowerCase();
    if (seen.has(key)) return [{ pointer, message: 'is there already' }];
    seen.add(key);
    return [];
  });
}

/** One after another; what is wrong with the input of any is told of all. */
async function eachRow<Result>(
  { schema }: Resource,
  inputs: readonly unknown[],
  work: (input: unknown) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const faults: InputFault[] = [];
  for (const [index, input] of inputs.entries()) {
    try {
      results.push(await work(input));
    } catch (error) {
      if (!isBackplaneError(error) || !('faults' in error.details) || error.code !== 'INPUT_INVALID')
        throw error;
      for (const fault of error.details.faults) {
        if (typeof fault !== 'string')
          faults.push({ pointer: `/${index}${fault.pointer}`, message: fault.message });
      }
    }
  }
  throwInputFaults(schema.name, faults);
  return results;
}
