import { externalRows } from '../external/rows.ts';
import type { Resource } from '../resources.ts';
import { deleteRow, restoreRow, updateRow } from './change.ts';
import { deleteRows, updateRows } from './change-many.ts';
import { assertMay } from './check-row.ts';
import { runInTransaction } from './commit.ts';
import { createRow } from './create.ts';
import { createRows } from './create-many.ts';
import { aggregateRows, getRow, listRows } from './read.ts';
import type { RowOperations } from './row-operations.ts';

/** The operations on rows in tables. */
const tableRows: RowOperations = {
  list: listRows,
  search: listRows,
  get: getRow,
  aggregate: aggregateRows,
  // A transaction is what keeps work from being done twice here: the identity of the work is for providers.
  create: (world, resource, input, request) => createRow(world, resource, input, request),
  createMany: createRows,
  update: updateRow,
  updateMany: updateRows,
  delete: deleteRow,
  deleteMany: deleteRows,
  restore: restoreRow,
  assertMay: (world, { schema }, operation, id, grants) => assertMay(world, schema, operation, id, grants),
  run: runInTransaction,
};

/** Where the rows of a resource lie. */
export function operationsOf({ external }: Resource): RowOperations {
  return external === undefined ? tableRows : externalRows;
}
