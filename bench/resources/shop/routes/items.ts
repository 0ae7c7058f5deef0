import { reply, route } from 'backplane';
import { parseQuery } from 'backplane/data';
import { Item } from '../entities/item.ts';

export default [
  route.get('/items/:id', { auth: 'required' }, ({ params, services }) =>
    services.managers.of(Item).get(params.id ?? ''),
  ),
  route.get('/items', { auth: 'required' }, async ({ req, services }) => {
    const { searchParams } = new URL(req.url, 'http://localhost');
    const manager = services.managers.of(Item);
    const { rows: data, next } = await manager.list(parseQuery(manager.schema.name, searchParams));
    return { data, page: { next } };
  }),
  route.post('/items', { auth: 'required' }, async ({ body, services }) =>
    reply(201, await services.managers.of(Item).create(body as never)),
  ),
];
