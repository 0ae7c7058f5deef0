import type { RowOperations } from '../manager/row-operations.ts';
import { externalOf } from './ask.ts';
import { getExternal, listExternal } from './read.ts';
import { runOutside } from './run.ts';
import { createExternal, deleteExternal, rowToChange, updateExternal } from './write.ts';

/** No provider does these as a manager promises them: all or none, in one answer. */
const notOffered =
  (operation: string) =>
  async (_world: unknown, resource: Parameters<typeof externalOf>[0]): Promise<never> => {
    externalOf(resource, operation);
    throw new Error(`"${operation}" is no operation of a provider.`);
  };

/** The operations on rows that lie behind a provider. */
export const externalRows: RowOperations = {
  list: listExternal,
  search: notOffered('search'),
  get: getExternal,
  aggregate: notOffered('aggregate'),
  create: createExternal,
  createMany: notOffered('createMany'),
  update: updateExternal,
  updateMany: notOffered('updateMany'),
  delete: deleteExternal,
  deleteMany: notOffered('deleteMany'),
  restore: notOffered('restore'),
  async assertMay(world, resource, operation, id, grants) {
    await rowToChange(world, resource, operation, id, grants);
  },
  run: runOutside,
};
