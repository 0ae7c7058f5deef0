import { deepEqual } from 'node:assert/strict';
import { Database } from '../../kernel/data/index.ts';
import type { LoadRequest } from '../load.ts';
import type { Filled } from './fill.ts';
import { getItem, getItems, type ListQuery, postItem } from './requests.ts';

/** A server, and the file that it alone works on. */
export interface Checked {
  readonly url: string;
  readonly file: string;
  readonly listQuery: ListQuery;
}

type Item = Record<string, unknown>;

/**
 * Every server must give the same right answers, and refuse the same, before it is worth being measured.
 *
 * @returns what it has answered, to be compared with what others have
 */
export async function answersOf(server: Checked, { askers, categoryIds }: Filled): Promise<object> {
  const [asker, other] = askers;
  const [categoryId = ''] = categoryIds;
  if (asker === undefined || other === undefined) throw new Error('Two are needed who ask.');
  const { token, ids, teamIds } = asker;
  const ask = (request: LoadRequest) => send(server.url, request);
  const refused = async (request: LoadRequest, statuses: readonly number[]): Promise<void> => {
    const { status, body } = await ask(request);
    if (statuses.includes(status)) return;
    throw new Error(
      `${request.method ?? 'GET'} ${request.path} must end with ${statuses.join(' or ')}, not ${status} ${JSON.stringify(body)}.`,
    );
  };
  const input = { name: ' The New: One ', description: 'x', price: 5, teamId: teamIds[3] ?? '', categoryId };

  const items: Item[] = [];
  for (const id of ids.slice(0, 50)) items.push(await expected(ask(getItem(token, id)), 200));
  const pages: unknown[] = [];
  for (const priceBelow of [100, 5000, 9000]) {
    const page = await expected(ask(getItems(token, server.listQuery(priceBelow))), 200);
    pages.push(page.data);
  }
  const { id, createdAt, updatedAt, ...made } = await expected(ask(postItem(token, input)), 201);
  deepEqual(await expected(ask(getItem(token, String(id))), 200), { id, createdAt, updatedAt, ...made });

  await refused({ path: `/items/${ids[0]}` }, [401]);
  await refused(getItem(`${token.slice(0, -9)}AAAAAAAAA`, ids[0] ?? ''), [401]);
  await refused(getItem(other.token, ids[0] ?? ''), [404]);
  // Who may not even see the team is told by some that there is none.
  await refused(postItem(other.token, input), [403, 422]);
  for (const wrong of [{ name: '' }, { price: -1 }, { state: 'new' }, { slug: 'mine' }, { teamId: 'x' }]) {
    await refused(postItem(token, { ...input, ...wrong }), [400, 422]);
  }
  return { items, pages, made, audits: await auditsIn(server.file) };
}

/** The hook has written who made what. */
async function auditsIn(file: string): Promise<number> {
  await using database = new Database({ url: `sqlite:${file}` });
  const [row] = await database.run(
    `select count(*) as total from shop_audits
     join shop_items on shop_items.id = item_id and at = created_at where action = 'create'`,
  );
  return Number(row?.total);
}

async function send(url: string, { path, method = 'GET', headers = {}, body }: LoadRequest) {
  const response = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body }) });
  return { status: response.status, body: await response.json() };
}

async function expected(
  answer: Promise<{ readonly status: number; readonly body: unknown }>,
  wanted: number,
): Promise<Item> {
  const { status, body } = await answer;
  if (status === wanted && typeof body === 'object' && body !== null) return { ...body };
  throw new Error(`The answer must be ${wanted}, and is ${status} ${JSON.stringify(body)}.`);
}
