import { BackplaneError, type Manager, type Route, route, versionOf } from 'backplane';
import { versionsIn } from '../answer/etag.ts';
import { answerRow } from '../answer/row-answer.ts';
import { updateDocument } from '../document/write.ts';
import { queryText } from '../query/parameters.ts';
import type { Served } from '../served.ts';
import { assertJson } from './body.ts';
import { rowQueryFinder } from './get.ts';
import { managerOf } from './manager-of.ts';
import { optionsOf } from './options.ts';

/** `PATCH /blog/posts/:id` */
export function updateRoute(served: Served): Route {
  const { schema } = served.resource;
  const find = rowQueryFinder(served, 'update');
  const options = optionsOf(served, 'update', `Changes one of the ${schema.plural}`, () =>
    updateDocument(served),
  );
  return route.patch(`${served.path}/:id`, options, async (context) => {
    const { req, body, services, params } = context;
    const { id = '' } = params;
    assertJson(req, body);
    const query = find(queryText(req.url));
    const manager = managerOf({ services }, served);
    const ifVersion = await versionAskedFor(manager, id, req.headers['if-match']);
    const row = await manager.update(id, body as never, { ...query.reading, ifVersion });
    return answerRow(served, context, row, query);
  });
}

/**
 * The version of the row that `If-Match` insists on; `undefined` if any will do.
 *
 * @throws ROW_VERSION_DIFFERS if it names none that the row could be
 */
export async function versionAskedFor(
  manager: Manager,
  id: string,
  ifMatch: string | undefined,
): Promise<string | undefined> {
  const versions = versionsIn(ifMatch);
  if (versions === undefined) return undefined;
  const [only] = versions;
  if (only !== undefined && versions.length === 1) return only;
  // One of several: whichever the row is now. If it is changed in between, that version is refused.
  const now = versionOf(await manager.get(id));
  if (now !== undefined && versions.includes(now)) return now;
  throw new BackplaneError('ROW_VERSION_DIFFERS', { entity: manager.schema.name, id });
}
