import { createIndex, createTable, defineMigration } from 'backplane/data';
import { expect } from 'chai';
import { onEveryDatabase } from '../support/databases.ts';
import { Application, failureOf } from './support.ts';

const one = '00000000-0000-7000-8000-000000000001';
const two = '00000000-0000-7000-8000-000000000002';

onEveryDatabase('A migration of which nothing took effect', (open) => {
  const initial = defineMigration({
    steps: [
      createTable({
        name: 'blog_tags',
        columns: [
          { name: 'id', type: 'uuid' },
          { name: 'name', type: 'string(50)' },
        ],
        primaryKey: ['id'],
      }),
    ],
  });
  const unique = (name: string) =>
    defineMigration({ steps: [createIndex('blog_tags', { name, columns: ['name'], unique: true })] });

  async function begin() {
    const database = await open();
    const application = await Application.create({ blog: { '0001_initial': initial } });
    const migrator = () => application.migrator(database);
    await migrator().migrate();
    await database.knex('blog_tags').insert([
      { id: one, name: 'same' },
      { id: two, name: 'same' },
    ]);
    await application.write('blog', '0002_unique', unique('blog_tags_name_unique'));
    expect((await failureOf(migrator().migrate())).code).to.equal('MIGRATION_FAILED');
    const states = async () => (await migrator().status()).migrations.map(({ state }) => state);
    return { database, application, migrator, states };
  }

  it('is pending, and may run once its rows fit', async () => {
    const { database, migrator, states } = await begin();
    expect(await states()).to.deep.equal(['applied', 'pending']);
    await database.knex('blog_tags').where({ id: two }).update({ name: 'other' });
    await migrator().migrate();
    expect(await states()).to.deep.equal(['applied', 'applied']);
  });

  it('stands in the way of no roll-back', async () => {
    const { migrator, states } = await begin();
    await migrator().rollback({ steps: 1 });
    expect(await states()).to.deep.equal(['pending', 'pending']);
  });

  it('is forgotten with its file', async () => {
    const { database, application, migrator, states } = await begin();
    await application.remove('blog', '0002_unique');
    await database.knex('blog_tags').where({ id: two }).delete();
    await application.write('blog', '0002_renamed', unique('blog_tags_name_unique'));
    await migrator().migrate();
    expect(await states()).to.deep.equal(['applied', 'applied']);
  });
});
