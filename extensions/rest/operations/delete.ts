import { type Route, reply, route } from 'backplane';
import { deleteDocument, deleteManyDocument } from '../document/write.ts';
import { Parameters, queryText } from '../query/parameters.ts';
import { throwAll } from '../query/query-error.ts';
import type { Served } from '../served.ts';
import { assertFew, assertNoVersion } from './body.ts';
import { managerOf } from './manager-of.ts';
import { optionsOf } from './options.ts';
import { versionAskedFor } from './update.ts';

/** `DELETE /blog/posts/:id` */
export function deleteRoute(served: Served): Route {
  const { schema } = served.resource;
  const options = optionsOf(served, 'delete', `Deletes one of the ${schema.plural}`, () =>
    deleteDocument(served),
  );
  return route.delete(`${served.path}/:id`, options, async ({ req, params: { id = '' }, services }) => {
    const parameters = new Parameters(schema.name, queryText(req.url));
    parameters.only([], 'A deletion');
    throwAll(parameters.faults);
    const manager = managerOf({ services }, served);
    await manager.delete(id, { ifVersion: await versionAskedFor(manager, id, req.headers['if-match']) });
    return reply(204);
  });
}

/** `DELETE /blog/posts?ids=…`: all or none. What a DELETE has for a body, many leave behind on the way. */
export function deleteManyRoute(served: Served): Route {
  const { schema } = served.resource;
  const options = optionsOf(served, 'delete many', `Deletes several ${schema.plural}, all or none`, () =>
    deleteManyDocument(served),
  );
  return route.delete(served.path, options, async ({ req, services }) => {
    assertNoVersion(req);
    const ids = readIds(served, queryText(req.url));
    await managerOf({ services }, served).deleteMany(ids);
    return reply(204);
  });
}

function readIds({ resource: { schema }, settings }: Served, text: string): readonly string[] {
  const parameters = new Parameters(schema.name, text);
  const given = parameters.take('ids');
  parameters.only([], 'A deletion of several rows');
  const ids = given?.split(',').map((id) => id.trim()) ?? [];
  if (given === undefined || given === '') {
    parameters.fault('ids', 'Name the rows to delete: ?ids=ID,ID.');
  }
  for (const id of given ? ids : []) {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
      parameters.fault('ids', `"${id}" is no id.`);
  }
  throwAll(parameters.faults);
  assertFew(ids.length, settings.bulkRows, '/ids');
  return ids;
}
