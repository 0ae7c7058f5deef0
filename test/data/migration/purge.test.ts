import {
  addColumn,
  addForeignKey,
  createIndex,
  createTable,
  defineMigration,
  type Migration,
  type Step,
} from 'backplane/data';
import { expect } from 'chai';
import { onEveryDatabase } from '../support/databases.ts';
import { Application, columnsOf, failureOf, tablesOf } from './support.ts';

const id = { name: 'id', type: 'uuid' } as const;
const one = '00000000-0000-7000-8000-000000000001';
const steps = (...given: Step[]): Migration => defineMigration({ steps: given });
const key = (name: string, column: string, table: string) => ({ name, column, table });

const users = steps(createTable({ name: 'auth_users', columns: [id] }));
/** Tables that refer to each other and to users, and a column of users that refers to one of them. */
const blog = steps(
  createTable({
    name: 'blog_posts',
    columns: [id, { name: 'cover_id', type: 'uuid', nullable: true }, { name: 'author_id', type: 'uuid' }],
    foreignKeys: [key('posts_author', 'author_id', 'auth_users')],
  }),
  createTable({
    name: 'blog_images',
    columns: [id, { name: 'post_id', type: 'uuid' }],
    foreignKeys: [key('images_post', 'post_id', 'blog_posts')],
  }),
  addForeignKey('blog_posts', key('posts_cover', 'cover_id', 'blog_images')),
  addColumn('auth_users', { name: 'favourite_id', type: 'uuid', nullable: true }),
  addColumn('auth_users', { name: 'bio', type: 'string(50)', nullable: true }),
  createIndex('auth_users', { name: 'users_bio', columns: ['bio'] }),
  addForeignKey('auth_users', key('users_favourite', 'favourite_id', 'blog_posts')),
);

onEveryDatabase('Purging an extension', (open) => {
  it('removes what it owns, and nothing else, whether it is still there or not', async () => {
    const database = await open();
    const application = await Application.create({
      auth: { '0001_initial': users },
      blog: { '0001_initial': blog },
    });
    await application.migrator(database).migrate();
    await database.knex('auth_users').insert({ id: one });
    await database.knex('blog_posts').insert({ id: one, author_id: one });
    application.removeExtension('blog');
    const migrator = application.migrator(database);
    const planned = await migrator.purge('blog', { dryRun: true });
    expect(planned.tables).to.have.deep.members([
      { database: 'default', table: 'blog_posts', rows: 1 },
      { database: 'default', table: 'blog_images', rows: 0 },
    ]);
    expect(planned.columns.map(({ column }) => column)).to.deep.equal(['favourite_id', 'bio']);
    expect(planned.migrations).to.deep.equal(['blog/0001_initial']);
    expect(await tablesOf(database)).to.have.length(3);

    await migrator.purge('blog');
    expect(await tablesOf(database)).to.deep.equal(['auth_users']);
    expect(await columnsOf(database, 'auth_users')).to.deep.equal(['id']);
    expect(await database.knex('auth_users').count('* as n')).to.deep.equal([{ n: 1 }]);
    expect((await migrator.status()).migrations.map((status) => status.key)).to.deep.equal([
      'auth/0001_initial',
    ]);
    expect((await migrator.purge('blog')).steps).to.deep.equal([]);
  });

  it('is refused while others build on it', async () => {
    const database = await open();
    const application = await Application.create({
      auth: { '0001_initial': users },
      blog: { '0001_initial': blog },
      shop: { '0001_initial': defineMigration({ dependsOn: ['auth/0001_initial'], steps: [] }) },
    });
    await application.migrator(database).migrate();
    const error = await failureOf(application.migrator(database).purge('auth'));
    expect(error.code).to.equal('PURGE_REFUSED');
    expect(error.message).to.include('"blog_posts" of "blog" refers to "auth_users"');
    expect(error.message).to.include('"bio" of "blog" is part of "auth_users"');
    expect(error.message).to.include('"shop/0001_initial" depends on "auth/0001_initial"');
    expect(await tablesOf(database)).to.have.length(3);
  });
});
