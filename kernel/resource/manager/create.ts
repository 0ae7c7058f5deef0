import type { EntityRow } from '../../data/model/row.ts';
import type { ReadRow } from '../../data/plan/decode.ts';
import type { Resource } from '../resources.ts';
import { copyInput, type Input } from '../validation/input-validator.ts';
import { assertWithin, checkForm, checkRules, fillScope } from './check-input.ts';
import { grantsToWrite } from './check-row.ts';
import { runInTransaction } from './commit.ts';
import { created } from './events.ts';
import { splitInput, writePairs } from './pairs.ts';
import type { RowRequest } from './read.ts';
import { shownRow } from './shown-row.ts';
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
