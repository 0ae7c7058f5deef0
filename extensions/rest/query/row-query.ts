import type { ViewChoice } from 'backplane';
import type { ReadRequest } from 'backplane/data';
import type { Served } from '../served.ts';
import { includeFaults } from './check-includes.ts';
import { Parameters } from './parameters.ts';
import { throwAll } from './query-error.ts';

export type RowRequest = Pick<ReadRequest, 'fields' | 'include'>;

/** What is wanted of single rows. */
export interface RowQuery {
  /** As it was asked. */
  readonly request: RowRequest;
  /** For the manager: what `fields` names of a view is picked later. */
  readonly reading: RowRequest;
  readonly choice: ViewChoice;
  /** Nothing is asked beyond the row itself, which no view changes. */
  readonly isPlain: boolean;
}

const plain: RowRequest = Object.freeze({});

/**
 * Reads `fields`, `include` and `view` of a URL.
 *
 * @throws QUERY_INVALID, or a FaultList with all faults
 */
export function readRowQuery(served: Served, text: string): RowQuery {
  const { schema } = served.resource;
  const parameters = new Parameters(schema.name, text);
  const choice = readChoice(served, parameters);
  parameters.only(['fields', 'include'], 'A single row');
  const { fields, include } = parameters.request() ?? {};
  const request: RowRequest =
    fields === undefined && include === undefined ? plain : withoutUndefined({ fields, include });
  parameters.faults.push(...includeFaults(served, include), ...fieldFaults(served, choice, fields));
  throwAll(parameters.faults);
  return rowQuery(served, request, choice);
}

export function rowQuery(served: Served, request: RowRequest, choice: ViewChoice): RowQuery {
  const { views, resource } = served;
  const hasView = views.find(resource.schema.name, choice) !== undefined;
  return {
    request,
    // A hook may change it.
    reading: request === plain ? {} : views.requestFor(resource.schema, request, choice),
    choice,
    isPlain: !hasView && request === plain,
  };
}

/** Which view is asked for. */
export function readChoice({ views, resource, version }: Served, parameters: Parameters): ViewChoice {
  const name = parameters.choice('view', views.namesOf(resource.schema.name));
  return { ...(name === undefined ? {} : { name }), ...(version === undefined ? {} : { version }) };
}

/** The names of a view's members are known where it has a schema. */
export function fieldFaults(
  { views, resource: { schema } }: Served,
  choice: ViewChoice,
  fields: unknown,
): readonly Error[] {
  const view = views.find(schema.name, choice);
  const described: object | undefined = view?.options.schema;
  if (!Array.isArray(fields) || described === undefined || !('properties' in described)) return [];
  const known = ['id', ...Object.keys(described.properties ?? {})];
  const parameters = new Parameters(schema.name, '');
  for (const name of fields) {
    if (!known.includes(String(name))) {
      parameters.fault('fields', `There is no "${name}". There are ${known.join(', ')}.`);
    }
  }
  return parameters.faults;
}

function withoutUndefined<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Value;
}
