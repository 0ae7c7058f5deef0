import { hooks } from 'backplane';
import { Audit } from '../entities/audit.ts';
import { Item } from '../entities/item.ts';
import { slugOf } from '../slug.ts';

export default [
  hooks.before(Item, 'create', ({ input }) => {
    Object.assign(input, { slug: slugOf(input.name) });
  }),
  hooks.after(Item, 'create', async ({ actor, result, services }) => {
    await services.data.repository(Audit).create({
      action: 'create',
      actorId: actor?.id ?? '',
      at: result.createdAt,
      itemId: result.id,
    });
  }),
];
