import {
  BackplaneError,
  type OwnedMethod,
  type Reply,
  type Route,
  type RouteContext,
  reply,
  route,
} from 'backplane';
import { hasId, methodDocument } from '../document/method.ts';
import { once } from '../idempotency/once.ts';
import { kebabCase } from '../kebab.ts';
import type { Served } from '../served.ts';
import { assertJson } from './body.ts';
import { managerOf } from './manager-of.ts';
import { optionsOf } from './options.ts';

/** `POST /blog/posts/:id/publish`, where the input has an `id`; otherwise `POST /blog/posts/publish` */
export function methodRoute(served: Served, owned: OwnedMethod): Route {
  const { name, method } = owned;
  const isOfRow = hasId(method.input);
  const path = `${served.path}${isOfRow ? '/:id' : ''}/${kebabCase(name)}`;
  const options = optionsOf(served, name, method.summary ?? `Calls "${name}"`, () =>
    methodDocument(served, method),
  );
  const response = method.output === undefined ? {} : { response: { 200: method.output } };
  return route.post(path, { ...options, ...response }, (context: RouteContext) => {
    assertJson(context.req, context.body);
    return once(served, context, async (): Promise<Reply> => {
      const input = isOfRow ? { ...asObject(served, context.body), id: context.params.id } : context.body;
      const result = await managerOf(context, served).call(name, input);
      // Without a schema nobody has said what of it may leave: rows of repositories have fields that must not.
      return method.output === undefined ? reply(204) : reply(200, result ?? null);
    });
  });
}

/** @throws INPUT_INVALID for a body that is none */
function asObject({ resource: { schema } }: Served, body: unknown = {}): object {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  const faults = [{ pointer: '', message: 'must be an object' }];
  throw new BackplaneError('INPUT_INVALID', { entity: schema.name, faults });
}
