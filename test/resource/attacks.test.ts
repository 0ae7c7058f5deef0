import { defineMethod, hooks, Type } from 'backplane';
import { expect } from 'chai';
import { errorOf } from '../data/support/blog-data.ts';
import { onEveryDatabase } from '../data/support/databases.ts';
import { actor, openShop, root } from './support/open-shop.ts';
import { Product, Shelf, Tag } from './support/shop.ts';

const ann = '0190a000-0000-7000-8000-00000000000a';
const ben = '0190a000-0000-7000-8000-00000000000b';

onEveryDatabase('What tries to get round a manager', (open) => {
  it('is not let in by a rule that compares with nothing', async () => {
    const { system, as } = await openShop(open);
    await system.of(Product).create({ name: 'draft' });
    const nothing = undefined as unknown as string;
    for (const rows of [
      { ownerId: { eq: nothing } },
      { ownerId: { in: nothing as unknown as string[] } },
      { ownerId: undefined },
      { or: [{ ownerId: { eq: nothing } }] },
      { and: undefined },
    ]) {
      const products = as(actor(ann, { 'shop.product:read': { rows } })).of(Product);
      expect(await errorOf(products.list()), JSON.stringify(rows)).to.have.property(
        'code',
        'ROW_RULE_INVALID',
      );
    }
  });

  it('is held to the rules of related entities however it asks', async () => {
    const { system, as } = await openShop(open);
    const shelf = await system.of(Shelf).create({ label: 'hidden', hidden: true });
    const { id } = await system.of(Product).create({ name: 'one', state: 'public', shelfId: shelf.id });
    const products = as(undefined).of(Product);
    const { rows } = await products.list(new URLSearchParams('include=shelf'));
    expect(rows).to.have.length(1);
    expect(rows[0]).to.deep.include({ shelf: null });
    expect(await products.get(id, Object.create({ include: { shelf: {} } }))).to.deep.include({
      shelf: null,
    });
    const tags = products.list(new URLSearchParams('include=tags'));
    expect(await errorOf(tags)).to.have.property('code', 'AUTHENTICATION_REQUIRED');
    const filter = new URLSearchParams({ filter: '{"shelf":{"label":{"eq":"hidden"}}}' });
    expect((await products.list(filter)).rows).to.deep.equal([]);
  });

  it('calls no method on a row by what only looks like its id', async () => {
    const called: unknown[] = [];
    const { system, as } = await openShop(open, {
      methods: {
        publish: defineMethod({
          input: Type.Object({ id: Type.String() }),
          access: { ownerId: { eq: '$actor.id' } },
          run: ({ input }: { input: { id: string } }) => void called.push(input.id),
        }),
      },
    });
    const { id } = await system.of(Product).create({ name: 'theirs', ownerId: ben });
    const products = as(actor(ann)).of(Product);
    for (const name of [id, `{${id}}`, `${id} `, id.replaceAll('-', ''), '', id.toUpperCase()]) {
      expect(await errorOf(products.call('publish', { id: name })), name).to.have.property(
        'code',
        'ROW_NOT_FOUND',
      );
    }
    expect(called).to.deep.equal([]);
  });

  it('writes nothing when it may not read what it wants back', async () => {
    const { system, as, data } = await openShop(open);
    const maker = actor(ann, { 'shop.product:create': true, 'shop.product:read': true });
    const create = as(maker)
      .of(Product)
      .create({ name: 'ghost' }, { include: { tags: {} } });
    expect(await errorOf(create)).to.have.property('code', 'ACCESS_DENIED');
    const odd = as(maker)
      .of(Product)
      .create({ name: 'ghost' }, { fields: ['nope'] });
    expect(await errorOf(odd)).to.have.property('code', 'QUERY_INVALID');
    expect(await data.repository(Product).count()).to.equal(0);
    const { id } = await system.of(Product).create({ name: 'one', ownerId: ann });
    const update = as(actor(ann))
      .of(Product)
      .update(id, { name: 'two' }, { fields: ['secret'] });
    expect(await errorOf(update)).to.have.property('code', 'QUERY_FORBIDDEN');
    expect(await system.of(Product).get(id)).to.include({ name: 'one' });
  });

  it('is told what is wrong with values that no database holds', async () => {
    const { system } = await openShop(open);
    for (const name of ['\u0000', 'a\ud800']) {
      const error = await errorOf(system.of(Tag).create({ name }));
      expect(error).to.have.property('code', 'INPUT_INVALID');
    }
  });

  it('may bring many unique values at once', async () => {
    const { system } = await openShop(open);
    const inputs = Array.from({ length: 1500 }, (_, index) => ({ name: `tag ${index}` }));
    expect(await system.of(Tag).createMany(inputs)).to.have.length(1500);
    const again = system.of(Tag).createMany([{ name: 'new' }, { name: 'tag 1400' }]);
    expect(await errorOf(again)).to.deep.include({ code: 'INPUT_INVALID' });
  });

  it('meets the hooks of each row of many, those around it and after the commit too', async () => {
    const order: string[] = [];
    const { system } = await openShop(open, {
      hooks: [
        hooks.around(Tag, 'create', async ({ input }, next) => {
          order.push(`around ${input.name}`);
          await next();
        }),
        hooks.after(Tag, 'create', (context) => {
          context.result = { ...context.result, name: context.result.name.toUpperCase() };
        }),
        hooks.afterCommit(Tag, 'create', ({ result }) => void order.push(`committed ${result.name}`)),
      ],
    });
    const rows = await system.of(Tag).createMany([{ name: 'a' }, { name: 'b' }]);
    expect(rows.map(({ name }) => name)).to.deep.equal(['A', 'B']);
    expect(order).to.deep.equal(['around a', 'around b', 'committed A', 'committed B']);
  });

  it('slips nothing past the schema by a hook of many', async () => {
    const { system } = await openShop(open, {
      hooks: [
        hooks.before(Product, 'createMany', ({ input }) => {
          for (const one of input) one.price = -5;
        }),
      ],
    });
    const work = system.of(Product).createMany([{ name: 'one' }]);
    expect(await errorOf(work)).to.have.property('code', 'ROW_INVALID');
  });

  it('hears of no deletion that a hook has kept from happening', async () => {
    const { system, told } = await openShop(open, {
      hooks: [hooks.around(Product, 'delete', () => {}), hooks.around(Tag, 'create', () => {})],
    });
    const { id } = await system.of(Product).create({ name: 'kept' });
    await system.of(Product).delete(id);
    expect(await system.of(Product).get(id)).to.include({ name: 'kept' });
    expect(told.map(({ event }) => event)).to.deep.equal(['shop.product.created']);
    const skipped = system.of(Tag).create({ name: 'x' });
    expect(await errorOf(skipped)).to.have.property('code', 'HOOK_UNANSWERED');
  });

  it('has an id of any kind, or says of roles and scopes what is no list', async () => {
    const { system, as } = await openShop(open);
    await system.of(Product).createMany([{ name: 'draft' }, { name: 'public', state: 'public' }]);
    for (const id of ['', 'github|12', 'not-a-uuid']) {
      expect((await as(actor(id)).of(Product).list()).rows).to.have.length(1);
    }
    const text = { ...root, roles: 'administrator' as unknown as string[] };
    expect((await as(text).of(Product).list()).rows).to.have.length(1);
    const scoped = { ...root, scopes: '*' as unknown as string[] };
    expect((await as(scoped).of(Product).list()).rows).to.have.length(1);
  });

  it('is refused, not fallen over, by filters and includes without end', async () => {
    const { as } = await openShop(open);
    let filter: object = { name: { eq: 'x' } };
    let include: object = {};
    for (let depth = 0; depth < 20_000; depth += 1) {
      filter = { not: filter };
      include = { [depth % 2 === 0 ? 'products' : 'shelf']: { include } };
    }
    const products = as(root).of(Product);
    expect(await errorOf(products.list({ filter } as object))).to.have.property('code', 'QUERY_INVALID');
    expect((await errorOf(products.list({ include } as object))).message).to.include('deep at most');
  });

  it('changes nothing of its own by the hands of a hook', async () => {
    const { system } = await openShop(open, {
      hooks: [
        hooks.before(Tag, 'create', ({ input }) => {
          input.name = 'changed';
        }),
      ],
    });
    const input = { name: 'mine' };
    await system.of(Tag).create(input);
    expect(input).to.deep.equal({ name: 'mine' });
  });
});

onEveryDatabase('Two who change a row at once', (open) => {
  it('do not both get their way when both name the version that they have seen', async () => {
    const { system, as } = await openShop(open);
    for (let round = 0; round < 10; round += 1) {
      const { id } = await system.of(Product).create({ name: 'one', ownerId: ann });
      const products = as(actor(ann)).of(Product);
      const { versionOf } = await import('backplane');
      const ifVersion = String(versionOf(await products.get(id)));
      const outcomes = await Promise.allSettled([
        products.update(id, { name: 'two' }, { ifVersion }),
        products.delete(id, { ifVersion }),
      ]);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
    }
  });

  it('are held to rules about the row as it is when they come', async () => {
    const { promise: gone, resolve: go } = Promise.withResolvers<void>();
    const { promise: waiting, resolve: wait } = Promise.withResolvers<void>();
    const { system, as, database } = await openShop(open, {
      hooks: [
        hooks.before(Product, 'update', async ({ input }) => {
          if (input.name !== 'given') return;
          wait();
          await gone;
        }),
      ],
    });
    // SQLite lets one write after the other as it is, and in memory there is but one connection.
    if (database.dialect === 'sqlite') return;
    const { id } = await system.of(Product).create({ name: 'mine', ownerId: ann });
    const given = system.of(Product).update(id, { name: 'given', ownerId: ben });
    await waiting;
    const stolen = as(actor(ann)).of(Product).update(id, { ownerId: ann, name: 'stolen' });
    stolen.catch(() => {});
    go();
    await given;
    expect(await errorOf(stolen)).to.have.property('code', 'ROW_NOT_FOUND');
    expect(await system.of(Product).get(id)).to.include({ name: 'given', ownerId: ben });
  });
});
