import {
  belongsTo,
  compileEntities,
  type Database,
  DataContext,
  defineEntity,
  hasMany,
  manyToMany,
  Type,
} from 'backplane/data';
import { expect } from 'chai';
import { createTable } from '../../../kernel/data/table/build.ts';
import { tablesOf } from '../../../kernel/data/table/table.ts';
import { errorOf } from '../support/blog-data.ts';
import { onEveryDatabase } from '../support/databases.ts';

const Person = defineEntity('test.person', {
  fields: {
    // Words of SQL, and a column that is named unlike its field.
    order: Type.Integer(),
    group: Type.String({ maxLength: 20 }),
    nickName: Type.Optional(Type.String({ column: 'select' })),
  },
  relations: {
    boss: belongsTo('test.person', { optional: true }),
    team: hasMany('test.person', { key: 'bossId' }),
    friends: manyToMany('test.person', {
      pivot: { since: Type.Integer(), order: Type.Optional(Type.Integer()) },
    }),
    friendOf: manyToMany('test.person', { inverse: 'friends' }),
  },
  unique: [['group', 'order']],
});

const Node = defineEntity('test.node', {
  fields: {},
  relations: { parent: belongsTo('test.node', { optional: true, onDelete: 'cascade' }) },
});

declare module 'backplane' {
  interface Entities {
    'test.node': typeof Node;
    'test.person': typeof Person;
  }
}

onEveryDatabase('An entity that is related to itself', (open, dialect) => {
  let data: DataContext;
  let database: Database;
  before(async () => {
    database = await open();
    const catalog = compileEntities([Person, Node].map((value) => ({ value, owner: 'test' })));
    for (const table of tablesOf(catalog)) {
      for (const sql of createTable(database.knex, dialect, table, true)) await database.knex.raw(sql);
    }
    data = new DataContext({ databases: { get: () => database }, catalog });
  });
  const nodes = () => data.repository(Node);
  const people = () => data.repository(Person);

  it('is loaded, found and counted through all of its relations', async () => {
    const boss = await people().create({ order: 1, group: 'a', nickName: 'Chief' });
    const [ann, bob] = await people().createMany([
      { order: 2, group: 'a', bossId: boss.id },
      { order: 3, group: 'a', bossId: boss.id },
    ]);
    if (!ann || !bob) throw new Error('There is nobody.');
    await people().attach(ann.id, 'friends', bob.id, { since: 2001, order: 9 });
    const query = people().query().orderBy('order');
    const rows = await query
      .with('boss.team', 'friends', 'friendOf')
      .withCount('team', (one) => one.whereHas('friends'))
      .withCount('friendOf')
      .get();
    expect(
      rows.map(({ order, teamCount, friendOfCount }) => [order, teamCount, friendOfCount]),
    ).to.deep.equal([
      [1, 1, 0],
      [2, 0, 0],
      [3, 0, 1],
    ]);
    expect(rows[1]?.boss).to.deep.include({ id: boss.id, nickName: 'Chief' });
    expect(rows[1]?.friends).to.deep.equal([{ ...bob, pivot: { since: 2001, order: 9 } }]);
    expect(rows[2]?.friendOf).to.deep.equal([{ ...ann, pivot: { since: 2001, order: 9 } }]);
    const known = query.whereHas('boss', (one) =>
      one.where({ nickName: 'Chief' }).whereHas('team', (two) => two.whereHas('friendOf')),
    );
    expect(await known.pluck('order')).to.deep.equal([2, 3]);
    expect(await query.whereDoesntHave('boss').pluck('nickName')).to.deep.equal(['Chief']);
    expect((await query.withJoined('boss').get()).map((row) => row.boss?.order)).to.deep.equal([
      undefined,
      1,
      1,
    ]);
    expect(
      await query.whereHas('friends', (one) => one.where('order', 3)).update({ nickName: 'Friend' }),
    ).to.equal(1);
  });

  it('is changed and deleted by its relations to itself', async () => {
    const boss = await people().create({ order: 1, group: 'b' });
    await people().createMany([2, 3].map((order) => ({ order, group: 'b', bossId: boss.id })));
    const team = people()
      .query()
      .whereHas('boss', (one) => one.where({ order: 1, group: 'b' }));
    expect(await team.where((group) => group.whereDoesntHave('team')).update({ nickName: 'Team' })).to.equal(
      2,
    );
    expect(await people().count({ nickName: 'Team' })).to.equal(2);
    expect(await team.where('order', 2).delete()).to.equal(1);
    expect(await team.pluck('order')).to.deep.equal([3]);
  });

  it('is deleted although it refers to itself', async () => {
    const [own, single] = await people().createMany([
      { order: 1, group: 'own' },
      { order: 2, group: 'own' },
    ]);
    if (!own || !single) throw new Error('There is nobody.');
    await people().update(own.id, { bossId: own.id });
    expect(await people().forceDelete(own.id)).to.equal(true);
    await people().update(single.id, { bossId: single.id });
    expect(
      await people()
        .query()
        .whereHas('boss', (one) => one.where('id', single.id))
        .forceDelete(),
    ).to.equal(1);
    expect(await people().count({ group: 'own' })).to.equal(0);
  });

  it('takes a chain of rows with it, or says that it is too long', async () => {
    const first = await nodes().create({});
    let parentId = first.id;
    for (let level = 1; level < 20; level += 1) parentId = (await nodes().create({ parentId })).id;
    if (dialect !== 'mysql') {
      expect(await nodes().forceDelete(first.id)).to.equal(true);
      expect(await nodes().count()).to.equal(0);
      return;
    }
    const error = await errorOf(nodes().forceDelete(first.id));
    expect(error).to.include({ code: 'ROW_CASCADE_DEEP', status: 409 });
    expect(await nodes().count()).to.equal(20);
  });

  it('says who keeps one from being deleted', async () => {
    const boss = await people().create({ order: 1, group: 'kept' });
    await people().create({ order: 2, group: 'kept', bossId: boss.id });
    const error = await errorOf(people().forceDelete(boss.id));
    expect(error).to.have.property('code', 'ROW_REFERENCED');
    expect(error).to.have.deep.nested.property('details.by', [{ entity: 'test.person', field: 'bossId' }]);
  });

  it('names all fields that are unique together', async () => {
    await people().create({ order: 50, group: 'unique' });
    const error = await errorOf(people().create({ order: 50, group: 'unique' }));
    expect(error).to.have.deep.property('details', { entity: 'test.person', fields: ['group', 'order'] });
  });
});
