import { defineMethod, hooks, Type, versionOf } from 'backplane';
import { expect } from 'chai';
import { errorOf } from '../data/support/blog-data.ts';
import { onEveryDatabase } from '../data/support/databases.ts';
import { actor, openShop, root } from './support/open-shop.ts';
import { Product, Shelf, Tag } from './support/shop.ts';

const ann = '0190a000-0000-7000-8000-00000000000a';
const ben = '0190a000-0000-7000-8000-00000000000b';
const nobodysId = '0190a000-0000-7000-8000-0000000000ff';

onEveryDatabase('A manager', (open) => {
  describe('asks the access rules', () => {
    it('and lists only rows that one of them lets through', async () => {
      const { system, as } = await openShop(open);
      await system
        .of(Product)
        .createMany([
          { name: 'draft' },
          { name: 'public', state: 'public' },
          { name: "Ann's", ownerId: ann },
        ]);
      const namesFor = async (who: Parameters<typeof as>[0]) => {
        const { rows } = await as(who)
          .of(Product)
          .list({ sort: ['name'] });
        return rows.map(({ name }) => name).sort();
      };
      expect(await namesFor(undefined)).to.deep.equal(['public']);
      expect(await namesFor(actor(ann))).to.deep.equal(["Ann's", 'public']);
      expect(await namesFor(actor(ben, { 'shop.product:read': true }))).to.deep.equal([
        "Ann's",
        'draft',
        'public',
      ]);
      const cheap = { rows: { price: { lt: 5 } } };
      expect(await namesFor(actor(ben, { 'shop.product:read': cheap }))).to.have.length(3);
      expect(await namesFor(root)).to.have.length(3);
    });

    it('and denies what no rule speaks of', async () => {
      const { system, as } = await openShop(open);
      const tag = await system.of(Tag).create({ name: 'new' });
      expect(await errorOf(as(undefined).of(Tag).list())).to.have.property('code', 'AUTHENTICATION_REQUIRED');
      expect(await errorOf(as(actor(ann)).of(Tag).list())).to.have.property('code', 'ACCESS_DENIED');
      expect(await errorOf(as(actor(ann)).of(Tag).get(tag.id)))
        .to.have.property('message')
        .that.includes('(it takes "shop.tag:read")');
      expect(
        await as(actor(ann, { 'shop.tag:read': true }))
          .of(Tag)
          .get(tag.id),
      ).to.include({ name: 'new' });
    });

    it('and calls a row that may not be seen one that is not there', async () => {
      const { system, as } = await openShop(open);
      const { id } = await system.of(Product).create({ name: 'draft' });
      const products = as(actor(ann)).of(Product);
      for (const work of [
        () => products.get(id),
        () => products.update(id, { name: 'mine' }),
        () => products.update(id, { price: -1 }),
        () => products.delete(id),
        () => products.get(nobodysId),
        () => products.get('no id'),
        () => products.update('no id', {}),
      ]) {
        expect(await errorOf(work())).to.have.property('code', 'ROW_NOT_FOUND');
      }
    });

    it('and refuses what may be seen but not changed', async () => {
      const { system, as } = await openShop(open);
      const { id } = await system.of(Product).create({ name: 'public', state: 'public', ownerId: ann });
      const products = as(actor(ben)).of(Product);
      expect(await errorOf(products.update(id, { name: 'x' }))).to.have.property('code', 'ACCESS_DENIED');
      expect(await errorOf(products.delete(id))).to.have.property('code', 'ACCESS_DENIED');
      expect(await as(actor(ann)).of(Product).update(id, { name: 'mine' })).to.include({ name: 'mine' });
    });

    it('before and after a change, so that no row can be pushed out of reach or taken in', async () => {
      const { system, as } = await openShop(open);
      const { id } = await system.of(Product).create({ name: 'mine', ownerId: ann });
      const given = as(actor(ann)).of(Product).update(id, { ownerId: ben });
      expect(await errorOf(given)).to.have.property('code', 'ACCESS_DENIED');
      expect(await system.of(Product).get(id)).to.include({ ownerId: ann });

      const cheap = { 'shop.product:create': { rows: { price: { lt: 5 } } } };
      const dear = as(actor(ann, cheap)).of(Product).create({ name: 'dear', price: 9 });
      expect(await errorOf(dear)).to.have.property('code', 'ACCESS_DENIED');
      expect((await system.of(Product).list({ filter: { name: { eq: 'dear' } } })).rows).to.deep.equal([]);
    });

    it('of entities that are included or filtered by, too', async () => {
      const { system, as } = await openShop(open);
      const hidden = await system.of(Shelf).create({ label: 'hidden', hidden: true });
      const shown = await system.of(Shelf).create({ label: 'shown' });
      await system.of(Product).createMany([
        { name: 'one', state: 'public', shelfId: hidden.id },
        { name: 'two', state: 'public', shelfId: shown.id },
      ]);
      const products = as(undefined).of(Product);
      const { rows } = await products.list({ include: { shelf: {} }, sort: ['name'] });
      expect(rows.map((row) => Object.entries(row).find(([name]) => name === 'shelf')?.[1])).to.deep.include(
        null,
      );
      const found = await products.list({ filter: { shelf: { label: { eq: 'hidden' } } } });
      expect(found.rows).to.deep.equal([]);
      const tagged = products.list({ include: { tags: {} } });
      expect(await errorOf(tagged)).to.have.property('code', 'AUTHENTICATION_REQUIRED');
      const filtered = products.list({ filter: { tags: { some: { name: { eq: 'x' } } } } });
      expect(await errorOf(filtered)).to.have.property('code', 'AUTHENTICATION_REQUIRED');
    });

    it('within the scopes of credentials', async () => {
      const { system, as } = await openShop(open);
      const { id } = await system.of(Product).create({ name: 'draft' });
      const scoped = (...scopes: string[]) => as({ ...root, scopes }).of(Product);
      expect(await scoped('shop.product:read').get(id)).to.include({ name: 'draft' });
      expect(await errorOf(scoped('shop.product:read').delete(id)))
        .to.have.property('message')
        .that.includes('The scopes of your credentials do not reach "shop.product:delete".');
      expect(await errorOf(scoped('shop.shelf:*').get(id))).to.have.property('code', 'ROW_NOT_FOUND');
      await scoped('shop.*:*').delete(id);
    });

    it('for aggregates apart', async () => {
      const { system, as } = await openShop(open);
      await system.of(Product).createMany([
        { name: 'draft', price: 7 },
        { name: 'public', price: 5, state: 'public' },
      ]);
      const denied = as(actor(ann))
        .of(Product)
        .aggregate({ sum: ['price'] });
      expect(await errorOf(denied)).to.have.property('code', 'ACCESS_DENIED');
      const products = as(actor(ann, { 'shop.product:aggregate': true })).of(Product);
      expect(await products.aggregate({ count: true, sum: ['price'] })).to.deep.equal([
        { group: {}, count: 1, sum: { price: 5 } },
      ]);
    });

    it('and leaves a trace of who is above them', async () => {
      const { as, logged } = await openShop(open);
      await as(root).of(Product).create({ name: 'one' });
      expect(logged.at(-1)).to.include({ actor: 'root', entity: 'shop.product', operation: 'create' });
    });
  });

  describe('with grants that are limited to fields', () => {
    const limited = actor(ann, { 'shop.product:read': { fields: new Set(['name', 'price']) } });

    it('shows those, and refuses to filter, sort or count by others', async () => {
      const { system, as } = await openShop(open);
      await system.of(Product).create({ name: 'one', price: 3, cost: 1 });
      const products = as(limited).of(Product);
      const { rows } = await products.list();
      expect(Object.keys(rows[0] ?? {}).sort()).to.deep.equal(['id', 'name', 'price']);
      // What everybody may see of public rows is not limited: asking for more finds those only.
      const { rows: wide } = await products.list({ fields: ['name', 'cost'] });
      expect(wide).to.deep.equal([]);
      const { rows: byCost } = await products.list({ filter: { cost: { eq: 1 } } });
      expect(byCost).to.deep.equal([]);
      const { rows: sorted } = await products.list({ sort: ['-cost'] });
      expect(sorted).to.deep.equal([]);
    });

    it('refuses a field that none of them reaches', async () => {
      const { as, system } = await openShop(open);
      await system.of(Tag).create({ name: 'new' });
      const blind = as(actor(ann, { 'shop.tag:read': { fields: new Set<string>() } })).of(Tag);
      expect((await blind.list()).rows.map((row) => Object.keys(row))).to.deep.equal([['id']]);
      for (const request of [
        { fields: ['name'] },
        { filter: { name: { eq: 'new' } } },
        { filter: { not: { or: [{ name: { eq: 'new' } }] } } },
      ]) {
        expect(await errorOf(blind.list(request))).to.have.property('code', 'FIELD_FORBIDDEN');
      }
    });

    it('lets only those be written', async () => {
      const { system, as } = await openShop(open);
      const { id } = await system.of(Product).create({ name: 'one', state: 'public' });
      const editor = actor(ann, { 'shop.product:update': { fields: new Set(['name']) } });
      const products = as(editor).of(Product);
      expect(await products.update(id, { name: 'two' })).to.include({ name: 'two' });
      expect(await errorOf(products.update(id, { name: 'x', price: 1 }))).to.have.property(
        'code',
        'ACCESS_DENIED',
      );
      expect(await system.of(Product).get(id)).to.include({ name: 'two', price: 0 });
    });
  });

  describe('checks inputs', () => {
    it('and names all faults at once, by JSON pointers', async () => {
      const { as } = await openShop(open);
      const input: object = {
        name: '',
        price: -1,
        stamp: 'x',
        id: ann,
        colour: 'red',
        shelf: {},
        createdAt: 1,
      };
      const error = await errorOf(
        as(root)
          .of(Product)
          .create(input as { name: string }),
      );
      expect(error).to.have.property('code', 'INPUT_INVALID');
      const { faults } = (error as unknown as { details: { faults: { pointer: string }[] } }).details;
      expect(faults.map(({ pointer }) => pointer).sort()).to.deep.equal([
        '/colour',
        '/createdAt',
        '/id',
        '/name',
        '/price',
        '/shelf',
        '/stamp',
      ]);
    });

    it('against the database: what is taken, what is not there, and rules of extensions', async () => {
      const { system, as } = await openShop(open);
      const hidden = await system.of(Shelf).create({ label: 'hidden', hidden: true });
      await system.of(Product).create({ name: 'one', code: 'A' });
      const maker = as(actor(ann, { 'shop.product:create': true })).of(Product);
      const work = maker.create({ name: 'two', code: 'A', shelfId: hidden.id, note: 'damn' });
      const error = await errorOf(work);
      expect((error as unknown as { details: { faults: object[] } }).details.faults).to.have.deep.members([
        { pointer: '/code', message: 'is taken already' },
        { pointer: '/shelfId', message: 'names no "shop.shelf" that there is' },
        { pointer: '/note', message: 'must be polite' },
      ]);
      const many = system.of(Product).createMany([{ name: 'a' }, { name: 'b', code: 'A' }]);
      const faults = (await errorOf(many)) as unknown as { details: { faults: object[] } };
      expect(faults.details.faults).to.deep.equal([{ pointer: '/1/code', message: 'is taken already' }]);
    });

    it('and lets a row keep what is its own', async () => {
      const { system } = await openShop(open);
      const { id } = await system.of(Product).create({ name: 'one', code: 'A' });
      expect(await system.of(Product).update(id, { code: 'A', name: 'two' })).to.include({ name: 'two' });
    });
  });

  describe('runs hooks', () => {
    it('in their order, in the transaction, and afterwards', async () => {
      const order: string[] = [];
      const note = (what: string) => () => void order.push(what);
      const { system, told } = await openShop(open, {
        hooks: [
          hooks.after(Product, 'create', note('after')),
          hooks.before(Product, 'create', note('before late'), { priority: -1 }),
          hooks.before(Product, 'create', ({ input }) => {
            order.push('before');
            input.name = input.name.toUpperCase();
          }),
          hooks.before('*', '*', note('before all'), { priority: 10 }),
          hooks.around(Product, 'create', async (_context, next) => {
            order.push('around begins');
            await next();
            order.push('around ends');
          }),
          hooks.afterCommit(Product, 'create', ({ result }) => void order.push(`committed ${result.name}`)),
        ],
      });
      await system.of(Product).create({ name: 'one' });
      expect(order).to.deep.equal([
        'around begins',
        'before all',
        'before',
        'before late',
        'after',
        'around ends',
        'committed ONE',
      ]);
      expect(told.map(({ event }) => event)).to.deep.equal(['shop.product.created']);
    });

    it('whose error undoes everything, and tells nobody', async () => {
      const { system, data, told } = await openShop(open, {
        hooks: [
          hooks.after(Product, 'create', () => {
            throw new Error('no');
          }),
        ],
      });
      expect((await errorOf(system.of(Product).create({ name: 'one' }))).message).to.equal('no');
      expect(await data.repository(Product).count()).to.equal(0);
      expect(told).to.deep.equal([]);
    });

    it('with the row before and after', async () => {
      const seen: unknown[] = [];
      const { system } = await openShop(open, {
        hooks: [
          hooks.after(
            Product,
            'update',
            ({ previous, result }) => void seen.push(previous.name, result.name),
          ),
          hooks.before(Product, 'delete', ({ previous, id }) => void seen.push(previous.name, id)),
        ],
      });
      const { id } = await system.of(Product).create({ name: 'one' });
      await system.of(Product).update(id, { name: 'two' });
      await system.of(Product).delete(id);
      expect(seen).to.deep.equal(['one', 'two', 'two', id]);
    });

    it('of each row of many', async () => {
      const { system } = await openShop(open, {
        hooks: [
          hooks.before(Product, 'create', ({ input }) => {
            input.price = input.name.length;
          }),
        ],
      });
      const rows = await system.of(Product).createMany([{ name: 'a' }, { name: 'bb' }]);
      expect(rows.map(({ price }) => price)).to.deep.equal([1, 2]);
    });

    it('which may change what is read, and what of it', async () => {
      const { system } = await openShop(open, {
        hooks: [
          hooks.before(Product, 'list', (context) => {
            context.input = { ...context.input, filter: { price: { gt: 1 } } };
          }),
          hooks.after(Product, 'get', ({ result }) => {
            result.extra = true;
          }),
        ],
      });
      const [one] = await system.of(Product).createMany([{ name: 'a' }, { name: 'b', price: 2 }]);
      expect((await system.of(Product).list()).rows.map(({ name }) => name)).to.deep.equal(['b']);
      expect(await system.of(Product).get(one?.id ?? '')).to.include({ extra: true });
    });
  });

  describe('changes rows', () => {
    it('only where they are what the caller has seen', async () => {
      const { system } = await openShop(open);
      const products = system.of(Product);
      const { id } = await products.create({ name: 'one' });
      const seen = versionOf(await products.get(id, { fields: ['name'] }));
      expect(seen).to.be.a('string');
      await products.update(id, { name: 'two' }, { ifVersion: String(seen) });
      const late = products.update(id, { name: 'three' }, { ifVersion: String(seen) });
      expect(await errorOf(late)).to.have.property('code', 'ROW_VERSION_DIFFERS');
      expect(await errorOf(products.delete(id, { ifVersion: String(seen) }))).to.have.property(
        'code',
        'ROW_VERSION_DIFFERS',
      );
      const now = versionOf(await products.get(id));
      const both = await Promise.allSettled(
        ['x', 'y'].map((name) => products.update(id, { name }, { ifVersion: String(now) })),
      );
      expect(both.map(({ status }) => status).sort()).to.deep.equal(['fulfilled', 'rejected']);
    });

    it('or none, where what is wished back cannot be given', async () => {
      const { system } = await openShop(open);
      const products = system.of(Product);
      const wish = { fields: ['nonsense'] };
      expect(await errorOf(products.create({ name: 'new' }, wish))).to.have.property('code', 'QUERY_INVALID');
      expect((await products.list()).rows).to.deep.equal([]);
    });

    it('and brings deleted ones back for who may', async () => {
      const { system, as, told } = await openShop(open);
      const { id } = await system.of(Product).create({ name: 'one', ownerId: ann });
      const products = as(actor(ann)).of(Product);
      await products.delete(id);
      expect(await errorOf(products.get(id))).to.have.property('code', 'ROW_NOT_FOUND');
      expect((await products.list({}, { deleted: 'only' })).rows).to.have.length(1);
      expect(await products.restore(id)).to.include({ name: 'one' });
      expect(told.map(({ event }) => event)).to.deep.equal([
        'shop.product.created',
        'shop.product.deleted',
        'shop.product.restored',
      ]);
    });
  });

  describe('has methods of extensions', () => {
    const methods = {
      publish: defineMethod({
        input: Type.Object({ id: Type.String({ format: 'uuid' }), loud: Type.Optional(Type.Boolean()) }),
        run: ({ input, id }: { input: { id: string }; id?: string }) => ({ published: input.id, id }),
      }),
    };

    it('which ask the rules, check their input and run their hooks', async () => {
      const { system, as } = await openShop(open, {
        methods,
        hooks: [
          hooks.after(Product, 'publish', (context) => {
            context.result = [context.result];
          }),
        ],
      });
      const { id } = await system.of(Product).create({ name: 'one' });
      expect(await system.of(Product).call('publish', { id })).to.deep.equal([{ published: id, id }]);
      const call = (granted: Record<string, true>, input: unknown) =>
        errorOf(as(actor(ann, granted)).of(Product).call('publish', input));
      expect(await call({}, { id })).to.have.property('code', 'ACCESS_DENIED');
      expect(await call({ 'shop.product:publish': true }, { id })).to.have.property('code', 'ROW_NOT_FOUND');
      expect(await call({ 'shop.product:publish': true }, { id: 'x' })).to.have.property(
        'code',
        'INPUT_INVALID',
      );
      expect(await errorOf(system.of(Product).call('publsh'))).to.have.property('code', 'METHOD_UNKNOWN');
    });
  });
});
