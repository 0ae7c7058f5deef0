import { expect } from 'chai';
import { errorOf } from '../data/support/blog-data.ts';
import { onEveryDatabase } from '../data/support/databases.ts';
import { actor, openShop } from './support/open-shop.ts';
import { Product, Tag } from './support/shop.ts';

const ann = '0190a000-0000-7000-8000-00000000000a';

onEveryDatabase('The pairs of a row', (open) => {
  const withTags = async () => {
    const shop = await openShop(open);
    const tags = await shop.system.of(Tag).createMany([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
    const [a = '', b = '', c = ''] = tags.map(({ id }) => id);
    const tagsOf = async (id: string): Promise<unknown> => {
      const row: Record<string, unknown> = await shop.system
        .of(Product)
        .get(id, { include: { tags: { fields: ['name'], sort: ['name'] } } });
      return Array.isArray(row.tags) ? row.tags.map(({ name }: { name: string }) => name) : row.tags;
    };
    return { ...shop, a, b, c, tagsOf };
  };

  it('are made and replaced with it', async () => {
    const { system, a, b, c, tagsOf } = await withTags();
    const { id } = await system.of(Product).create({ name: 'one', tags: [a, b] });
    expect(await tagsOf(id)).to.deep.equal(['a', 'b']);
    await system.of(Product).update(id, { tags: [b, c] });
    expect(await tagsOf(id)).to.deep.equal(['b', 'c']);
    await system.of(Product).update(id, { name: 'two' });
    expect(await tagsOf(id)).to.deep.equal(['b', 'c']);
    await system.of(Product).update(id, { tags: [] });
    expect(await tagsOf(id)).to.deep.equal([]);
    const [other] = await system.of(Product).createMany([{ name: 'x', tags: [c] }, { name: 'y' }]);
    expect(await tagsOf(other?.id ?? '')).to.deep.equal(['c']);
  });

  it('lead to rows that its maker sees, and belong to the side that declares them', async () => {
    const { system, as, a } = await withTags();
    const maker = { 'shop.product:create': true, 'shop.product:read': true } as const;
    const blind = as(actor(ann, maker))
      .of(Product)
      .create({ name: 'one', tags: [a] });
    expect(await errorOf(blind)).to.deep.include({ code: 'INPUT_INVALID' });
    expect((await errorOf(blind)).message).to.include('/tags/0 names no "shop.tag" that there is');
    const seeing = as(actor(ann, { ...maker, 'shop.tag:read': true })).of(Product);
    const { id } = await seeing.create({ name: 'one', tags: [a] });
    const inverse: object = { name: 'd', products: [id] };
    expect((await errorOf(system.of(Tag).create(inverse as { name: string }))).message).to.include(
      '/products is a relation',
    );
    const limited = { fields: new Set(['name']) };
    const editor = as(actor(ann, { 'shop.product:update': limited, 'shop.product:read': true })).of(Product);
    expect(await errorOf(editor.update(id, { tags: [] }))).to.have.property('code', 'ACCESS_DENIED');
  });
});
