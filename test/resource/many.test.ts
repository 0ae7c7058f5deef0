import { hooks, versionOf } from 'backplane';
import { expect } from 'chai';
import { errorOf } from '../data/support/blog-data.ts';
import { onEveryDatabase } from '../data/support/databases.ts';
import { actor, openShop } from './support/open-shop.ts';
import { Product, Shelf } from './support/shop.ts';

const ann = '0190a000-0000-7000-8000-00000000000a';
const nobodysId = '0190a000-0000-7000-8000-0000000000ff';

onEveryDatabase('A manager of several rows', (open) => {
  it('changes all of them or none, with the hooks of each', async () => {
    const done: string[] = [];
    const { system } = await openShop(open, {
      hooks: [
        hooks.before(Product, 'update', ({ input }) => void done.push(`before ${input.name}`)),
        hooks.afterCommit(Product, 'update', ({ result }) => void done.push(`committed ${result.name}`)),
        hooks.before(Product, 'updateMany', ({ input }) => void done.push(`many ${input.length}`)),
      ],
    });
    const products = system.of(Product);
    const [a, b] = await products.createMany([{ name: 'a' }, { name: 'b' }]);
    if (!a || !b) throw new Error('They are not there.');
    const rows = await products.updateMany([
      { id: b.id, name: 'b2' },
      { id: a.id, name: 'a2' },
    ]);
    expect(rows.map(({ name }) => name)).to.deep.equal(['b2', 'a2']);
    expect(done).to.deep.equal(['many 2', 'before b2', 'before a2', 'committed b2', 'committed a2']);

    const faults = await errorOf(
      products.updateMany([
        { id: a.id, name: 'a3' },
        { id: b.id, name: '', price: -1 },
      ]),
    );
    expect(faults).to.have.property('code', 'INPUT_INVALID');
    expect(faults).to.have.nested.property('details.faults').that.has.length(2);
    expect(faults)
      .to.have.nested.property('details.faults[0].pointer')
      .that.matches(/^\/1\//);
    expect(await products.get(a.id)).to.include({ name: 'a2' });
    const gone = products.updateMany([{ id: a.id, name: 'a4' }, { id: nobodysId }]);
    expect(await errorOf(gone)).to.have.property('code', 'ROW_NOT_FOUND');
    expect(await products.get(a.id)).to.include({ name: 'a2' });
    expect(done.filter((one) => one.startsWith('committed'))).to.have.length(2);
  });

  it('names the places of ids that are missing, wrong or there twice', async () => {
    const { system } = await openShop(open);
    const work = system.of(Product).updateMany([
      { id: ann },
      { id: 'x' },
      // What comes over the network has no types.
      JSON.parse('{}'),
      { id: ann.toUpperCase() },
    ]);
    const error = await errorOf(work);
    for (const [index, pointer] of ['/1/id', '/2/id', '/3/id'].entries()) {
      expect(error).to.have.nested.property(`details.faults[${index}].pointer`, pointer);
    }
    expect(await errorOf(system.of(Product).deleteMany(['x']))).to.have.property('code', 'INPUT_INVALID');
  });

  it('deletes all of them or none, within the rules of each', async () => {
    const { system, as } = await openShop(open);
    const products = system.of(Product);
    const [mine, other] = await products.createMany([
      { name: 'mine', ownerId: ann, state: 'public' },
      { name: 'other', state: 'public' },
    ]);
    if (!mine || !other) throw new Error('They are not there.');
    const denied = as(actor(ann)).of(Product).deleteMany([mine.id, other.id]);
    expect(await errorOf(denied)).to.have.property('code', 'ACCESS_DENIED');
    expect((await products.list()).rows).to.have.length(2);
    await as(actor(ann)).of(Product).deleteMany([mine.id]);
    expect((await products.list()).rows.map(({ name }) => name)).to.deep.equal(['other']);
  });
});

onEveryDatabase('The version of a row without timestamps', (open) => {
  it('is that of all that may be read of it', async () => {
    const { system } = await openShop(open);
    const shelves = system.of(Shelf);
    const made = await shelves.create({ label: 'one' });
    const read = await shelves.get(made.id);
    const version = versionOf(read);
    expect(version).to.equal(versionOf(made)).and.not.equal(undefined);
    expect(versionOf(await shelves.get(made.id, { fields: ['label'] }))).to.equal(undefined);
    const changed = await shelves.update(made.id, { label: 'two' }, { ifVersion: version });
    expect(versionOf(changed)).to.not.equal(version);
    const lost = shelves.update(made.id, { label: 'three' }, { ifVersion: version });
    expect(await errorOf(lost)).to.have.property('code', 'ROW_VERSION_DIFFERS');
  });

  it('lets one of several through that come at the same time', async () => {
    const { system } = await openShop(open);
    const shelves = system.of(Shelf);
    const made = await shelves.create({ label: 'one' });
    const ifVersion = versionOf(made);
    const outcomes = await Promise.allSettled(
      ['a', 'b', 'c'].map((label) => shelves.update(made.id, { label }, { ifVersion })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
  });
});
