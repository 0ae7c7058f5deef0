import type { Method, RouteDocument, TSchema } from 'backplane';
import type { Served } from '../served.ts';
import { idempotencyKey, idParameter, parameters } from './parameters.ts';
import { changingProblems } from './problems.ts';

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

/** Is the input about one row? */
export function hasId(input: TSchema | undefined): boolean {
  const { properties = {} }: ObjectSchema = input ?? {};
  return Object.hasOwn(properties, 'id');
}

export function methodDocument(served: Served, { input, output }: Method): RouteDocument {
  const { resource } = served;
  const isOfRow = hasId(input);
  const body = isOfRow ? withoutId(input) : input;
  const { 412: _, ...problems } = changingProblems;
  return {
    ...(isOfRow ? { params: idParameter(served) } : {}),
    headers: parameters(idempotencyKey),
    ...(body === undefined ? {} : { body }),
    response:
      output === undefined
        ? { 204: { description: `It is done with the ${resource.schema.name}.` } }
        : { 200: output },
    problems,
  };
}

/** The id stands in the path; nothing else, no body. */
function withoutId(input: TSchema | undefined): TSchema | undefined {
  const { properties = {}, required = [], ...rest }: ObjectSchema = input ?? {};
  const { id: _, ...others } = properties;
  if (Object.keys(others).length === 0) return undefined;
  return { ...rest, properties: others, required: required.filter((name) => name !== 'id') };
}
