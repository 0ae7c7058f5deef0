import type { ViewChoice } from 'backplane';
import { type Deleted, defaultLimits, type ReadRequest } from 'backplane/data';
import type { Served } from '../served.ts';
import { includeFaults } from './check-includes.ts';
import { Parameters } from './parameters.ts';
import { throwAll } from './query-error.ts';
import { fieldFaults, readChoice } from './row-query.ts';

/** What is wanted of many rows. */
export interface ListQuery {
  /** As it was asked. */
  readonly request: ReadRequest;
  /** For the manager. */
  readonly reading: ReadRequest;
  readonly choice: ViewChoice;
  readonly deleted: Deleted | undefined;
  /** Rows of a page. */
  readonly size: number;
}

const deletions = ['exclude', 'include', 'only'] as const;

/** A query that cannot be read, with what is needed to tell all that is wrong with it. */
export class UnreadableQuery extends Error {
  readonly faults: readonly Error[];
  /** Without what only this extension knows. */
  readonly query: URLSearchParams;

  constructor(faults: readonly Error[], query: URLSearchParams) {
    super('The query cannot be read.');
    this.faults = faults;
    this.query = query;
  }
}

/**
 * Reads the query of a list.
 *
 * @throws UnreadableQuery
 */
export function readListQuery(served: Served, text: string): ListQuery {
  const { schema } = served.resource;
  const parameters = new Parameters(schema.name, text);
  const choice = readChoice(served, parameters);
  const deleted = schema.softDelete ? parameters.choice('deleted', deletions) : undefined;
  const request = parameters.request();
  parameters.faults.push(
    ...includeFaults(served, request?.include),
    ...fieldFaults(served, choice, request?.fields),
  );
  if (parameters.faults.length > 0 || request === undefined) {
    throw new UnreadableQuery(parameters.faults, parameters.rest);
  }
  return listQuery(served, request, choice, deleted);
}

/**
 * A request that came as the body of a search.
 *
 * @throws QUERY_INVALID, or a FaultList with all faults
 */
export function searchQuery(served: Served, body: object, text: string): ListQuery {
  const { schema } = served.resource;
  const parameters = new Parameters(schema.name, text);
  const { deleted: shown, view, ...request }: ReadRequest & { deleted?: unknown; view?: unknown } = body;
  if (view !== undefined) parameters.give('view', view);
  const choice = readChoice(served, parameters);
  parameters.only([], 'A search, whose parameters stand in its body,');
  if (shown !== undefined) parameters.give('deleted', shown);
  const deleted = parameters.choice('deleted', schema.softDelete ? deletions : []);
  throwAll([
    ...parameters.faults,
    ...includeFaults(served, request.include),
    ...fieldFaults(served, choice, request.fields),
  ]);
  return listQuery(served, request, choice, deleted);
}

export function listQuery(
  { views, resource: { schema } }: Served,
  request: ReadRequest,
  choice: ViewChoice,
  deleted: Deleted | undefined,
): ListQuery {
  const size: unknown = request.page?.size;
  return {
    request,
    reading: views.requestFor(schema, request, choice),
    choice,
    deleted,
    size: typeof size === 'number' ? size : defaultLimits.page,
  };
}
