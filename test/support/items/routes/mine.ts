import { route } from 'backplane';
import { Item } from '../entities/item.ts';

/** Titles of the items that whoever asks may see. */
export default route.get('/mine', { auth: 'required' }, async ({ services }) =>
  (await services.managers.of(Item).list()).rows.map(({ title }) => title),
);
