import {
  addColumn,
  addForeignKey,
  alterColumn,
  createIndex,
  createTable,
  defineMigration,
  dropColumn,
  dropForeignKey,
  dropIndex,
  dropTable,
  type Migration,
  planText,
  renameColumn,
  renameTable,
  run,
  type Step,
  sql,
} from 'backplane/data';
import { expect } from 'chai';
import { onEveryDatabase } from '../support/databases.ts';
import { Application, columnsOf, failureOf, tablesOf } from './support.ts';

const id = { name: 'id', type: 'uuid' } as const;
const one = '00000000-0000-7000-8000-000000000001';
const two = '00000000-0000-7000-8000-000000000002';

const steps = (...given: Step[]): Migration => defineMigration({ steps: given });

const users = steps(
  createTable({ name: 'auth_users', columns: [id, { name: 'name', type: 'string(100)' }] }),
);
const posts = steps(
  createTable({
    name: 'blog_posts',
    columns: [
      id,
      { name: 'title', type: 'string(200)', default: 'what?' },
      { name: 'author_id', type: 'uuid', nullable: true },
      { name: 'deleted_at', type: 'timestamp', nullable: true },
    ],
    indexes: [{ name: 'blog_posts_title_unique', columns: ['title'], unique: true, unless: 'deleted_at' }],
    foreignKeys: [
      { name: 'blog_posts_author_id_foreign', column: 'author_id', table: 'auth_users', onDelete: 'cascade' },
    ],
  }),
);

onEveryDatabase('A migrator', (open, dialect) => {
  it('applies what is pending, what is needed first, and each once', async () => {
    const database = await open();
    // The foreign key alone says that "auth" comes first.
    const application = await Application.create({
      blog: { '0001_initial': posts },
      auth: { '0001_initial': users },
    });
    const migrator = application.migrator(database);
    expect((await migrator.status()).migrations.map(({ key, state }) => [key, state])).to.deep.equal([
      ['auth/0001_initial', 'pending'],
      ['blog/0001_initial', 'pending'],
    ]);
    expect(await tablesOf(database)).to.deep.equal([]);
    const { migrations } = await migrator.migrate();
    expect(migrations.map(({ key }) => key)).to.deep.equal(['auth/0001_initial', 'blog/0001_initial']);
    expect(await tablesOf(database)).to.deep.equal(['auth_users', 'blog_posts']);
    expect((await migrator.migrate()).migrations).to.deep.equal([]);
    await database.knex('blog_posts').insert({ id: one });
    expect(await database.knex('blog_posts').first('title')).to.deep.equal({ title: 'what?' });
    const { migrations: states } = await migrator.status();
    expect(states.map(({ state, batch }) => [state, batch])).to.deep.equal([
      ['applied', 1],
      ['applied', 1],
    ]);
  });

  it('applies one extension with what it needs, and leaves the others', async () => {
    const database = await open();
    const application = await Application.create({
      shop: { '0001_initial': steps(createTable({ name: 'shop_items', columns: [id] })) },
      blog: { '0001_initial': posts },
      auth: { '0001_initial': users },
    });
    await application.migrator(database).migrate({ extension: 'blog' });
    expect(await tablesOf(database)).to.deep.equal(['auth_users', 'blog_posts']);
  });

  it('goes up to a migration that is named', async () => {
    const database = await open();
    const application = await Application.create({
      blog: {
        '0001_a': steps(createTable({ name: 'a', columns: [id] })),
        '0002_b': steps(createTable({ name: 'b', columns: [id] })),
        '0003_c': steps(createTable({ name: 'c', columns: [id] })),
      },
    });
    await application.migrator(database).migrate({ to: 'blog/0002_b' });
    expect(await tablesOf(database)).to.deep.equal(['a', 'b']);
    const error = await failureOf(application.migrator(database).migrate({ to: 'blog/0003_d' }));
    expect(error.message).to.include('Did you mean "blog/0003_c"?');
  });

  const changes: Record<string, { readonly steps: readonly Step[]; check?: string[]; tables?: string[] }> = {
    'a column that is added': {
      steps: [addColumn('blog_posts', { name: 'views', type: 'integer', default: 7 })],
      check: ['author_id', 'deleted_at', 'id', 'title', 'views'],
    },
    'a column that is dropped, with its index': {
      steps: [dropColumn('blog_posts', 'title')],
      check: ['author_id', 'deleted_at', 'id'],
    },
    'a column that is dropped, with its foreign key': {
      steps: [dropColumn('blog_posts', 'author_id')],
      check: ['deleted_at', 'id', 'title'],
    },
    'a column that marks deleted rows and is dropped': {
      steps: [dropColumn('blog_posts', 'deleted_at')],
      check: ['author_id', 'id', 'title'],
    },
    'a column that is renamed': {
      steps: [renameColumn('blog_posts', 'title', 'headline')],
      check: ['author_id', 'deleted_at', 'headline', 'id'],
    },
    'a column that marks deleted rows and is renamed': {
      steps: [renameColumn('blog_posts', 'deleted_at', 'gone_at')],
      check: ['author_id', 'gone_at', 'id', 'title'],
    },
    'a column that is altered': {
      steps: [alterColumn('blog_posts', { name: 'title', type: 'text', nullable: true })],
    },
    'a column that must have a value': {
      steps: [alterColumn('blog_posts', { name: 'author_id', type: 'uuid', default: one })],
    },
    'a table that is renamed': {
      steps: [renameTable('blog_posts', 'blog_articles')],
      tables: ['auth_users', 'blog_articles', 'blog_comments'],
    },
    'an index that is dropped': { steps: [dropIndex('blog_posts', 'blog_posts_title_unique')] },
    'an index that is created': {
      steps: [
        createIndex('blog_posts', { name: 'blog_posts_author_index', columns: ['author_id', 'title'] }),
      ],
    },
    'a foreign key that is dropped': {
      steps: [dropForeignKey('blog_posts', 'blog_posts_author_id_foreign')],
    },
    'a foreign key that is dropped and added': {
      steps: [
        dropForeignKey('blog_posts', 'blog_posts_author_id_foreign'),
        addForeignKey('blog_posts', {
          name: 'blog_posts_author_id_foreign',
          column: 'author_id',
          table: 'auth_users',
        }),
      ],
    },
    'a table that is dropped': {
      steps: [dropTable('blog_comments')],
      tables: ['auth_users', 'blog_posts'],
    },
  };
  const comments = steps(
    createTable({
      name: 'blog_comments',
      columns: [id, { name: 'post_id', type: 'uuid' }],
      foreignKeys: [
        { name: 'blog_comments_post', column: 'post_id', table: 'blog_posts', onDelete: 'cascade' },
      ],
    }),
  );
  for (const [title, { steps: given, check, tables }] of Object.entries(changes)) {
    it(`makes and undoes ${title}, and keeps the rows of others`, async () => {
      const database = await open();
      const application = await Application.create({
        auth: { '0001_initial': users },
        blog: { '0001_initial': posts, '0002_comments': comments },
      });
      const migrator = application.migrator(database);
      await migrator.migrate();
      const before = [await tablesOf(database), await columnsOf(database, 'blog_posts')];
      await database.knex('auth_users').insert({ id: one, name: 'Ada' });
      await database.knex('blog_posts').insert({ id: two, title: 'first', author_id: one });
      await database.knex('blog_comments').insert({ id: one, post_id: two });

      await application.write('blog', '0003_change', steps(...given));
      await application.migrator(database).migrate({ allowDestructive: true });
      if (check) expect(await columnsOf(database, 'blog_posts')).to.deep.equal(check);
      const now = await tablesOf(database);
      if (tables) expect(now).to.deep.equal(tables);
      else expect(await database.knex('blog_comments').select('post_id')).to.deep.equal([{ post_id: two }]);

      await application.migrator(database).rollback();
      expect([await tablesOf(database), await columnsOf(database, 'blog_posts')]).to.deep.equal(before);
      expect(await database.knex('blog_posts').select('id')).to.deep.equal([{ id: two }]);
      // The key from the comments still leads to the posts, and deletes with them.
      await database.knex('blog_posts').delete();
      expect(await database.knex('blog_comments').select('id')).to.deep.equal([]);
      expect(
        (await application.migrator(database).migrate({ allowDestructive: true })).migrations,
      ).to.have.length(1);
    });
  }

  it('runs SQL and code, and undoes them', async () => {
    const database = await open();
    const application = await Application.create({
      auth: {
        '0001_initial': users,
        '0002_ada': steps(
          run(async ({ knex }) => knex('auth_users').insert({ id: one, name: 'Ada' }), {
            reverse: async ({ knex }) => knex('auth_users').delete(),
          }),
          sql("update auth_users set name = 'Ada?'", { reverse: "update auth_users set name = 'Ada'" }),
          sql({ postgres: 'select 1', sqlite: ['select 1', 'select 2'] }, { reverse: [] }),
        ),
      },
    });
    await application.migrator(database).migrate();
    expect(await database.knex('auth_users').select('name')).to.deep.equal([{ name: 'Ada?' }]);
    await application.migrator(database).rollback({ extension: 'auth', steps: 1 });
    expect(await database.knex('auth_users').select('name')).to.deep.equal([]);
  });

  it('keeps nothing of a migration that fails, or goes on where it stopped once it is mended', async () => {
    const database = await open();
    const application = await Application.create({ auth: { '0001_initial': users } });
    await application.migrator(database).migrate();
    await database.knex('auth_users').insert({ id: one, name: 'Ada' });
    const first = [
      addColumn('auth_users', { name: 'age', type: 'integer', nullable: true }),
      run(async ({ knex }) => knex('auth_users').update({ age: knex.raw('coalesce(age, 0) + 1') })),
    ];
    await application.write('auth', '0002_age', steps(...first, sql('update not_there set a = 1')));
    const error = await failureOf(application.migrator(database).migrate());
    expect(error.code).to.equal('MIGRATION_FAILED');
    expect(error.message).to.match(/^The migration "auth\/0002_age" failed at step 3 \(run SQL\)/);
    const isThere = (await columnsOf(database, 'auth_users')).includes('age');
    expect(isThere).to.equal(dialect === 'mysql');
    const { migrations } = await application.migrator(database).status();
    expect(migrations[1]?.state).to.equal(dialect === 'mysql' ? 'interrupted' : 'pending');

    const mended = sql('update auth_users set age = age + 1');
    await application.write('auth', '0002_age', steps(...first, mended));
    await application.migrator(database).migrate();
    expect(await database.knex('auth_users').select('age')).to.deep.equal([{ age: 2 }]);
  });

  it('says what to do when a required column has no value for rows that are there', async () => {
    const database = await open();
    const application = await Application.create({
      auth: {
        '0001_initial': users,
        '0002_age': steps(addColumn('auth_users', { name: 'age', type: 'integer' })),
      },
    });
    await application.migrator(database).migrate({ to: 'auth/0001_initial' });
    await database.knex('auth_users').insert({ id: one, name: 'Ada' });
    const error = await failureOf(application.migrator(database).migrate());
    expect(error.message).to.match(
      dialect === 'sqlite' ? /NOT NULL/ : /Give it a default; or make it nullable/,
    );
    await database.knex('auth_users').delete();
    await application.migrator(database).migrate();
    expect(await columnsOf(database, 'auth_users')).to.include('age');
  });

  it('refuses to destroy data without leave, before anything is done', async () => {
    const database = await open();
    const application = await Application.create({
      auth: { '0001_initial': users, '0003_drop': steps(dropColumn('auth_users', 'name')) },
    });
    await application.migrator(database).migrate({ to: 'auth/0001_initial' });
    await application.write('auth', '0002_more', steps(createTable({ name: 'auth_more', columns: [id] })));
    const error = await failureOf(application.migrator(database).migrate());
    expect(error.code).to.equal('MIGRATION_DESTRUCTIVE');
    expect(error.message).to.include('auth/0003_drop: drop column "name" of "auth_users"');
    expect(await tablesOf(database)).to.deep.equal(['auth_users']);
    // On a new database there is nothing to destroy.
    const fresh = await open();
    await application.migrator(fresh).migrate({ expandOnly: true });
    expect(await columnsOf(fresh, 'auth_users')).to.deep.equal(['id']);
  });

  it('shows in a dry run what it would do, with marks, and does nothing', async () => {
    const database = await open();
    const application = await Application.create({
      auth: {
        '0001_initial': users,
        '0002_rename': steps(renameColumn('auth_users', 'name', 'title'), dropColumn('auth_users', 'title')),
      },
    });
    await application.migrator(database).migrate({ to: 'auth/0001_initial' });
    const more = steps(createTable({ name: 'auth_more', columns: [id] }));
    await application.write('auth', '0003_more', more);
    const planned = await application.migrator(database).migrate({ dryRun: true });
    const text = planText(planned);
    expect(text).to.include('-- rename column "name" of "auth_users" to "title" [breaks running code]');
    expect(text).to.include('-- drop column "title" of "auth_users" [destroys data] [breaks running code]');
    expect(text).to.match(/create table .auth_more./);
    expect(await tablesOf(database)).to.deep.equal(['auth_users']);
  });

  it('leaves what breaks running code, and what needs it, for later', async () => {
    const database = await open();
    const application = await Application.create({
      auth: {
        '0001_initial': users,
        '0002_rename': steps(renameColumn('auth_users', 'name', 'title')),
        '0003_more': steps(addColumn('auth_users', { name: 'age', type: 'integer', nullable: true })),
      },
      shop: { '0001_initial': steps(createTable({ name: 'shop_items', columns: [id] })) },
    });
    await application.migrator(database).migrate({ to: 'auth/0001_initial' });
    const { held } = await application.migrator(database).migrate({ expandOnly: true });
    expect(held.map(({ key }) => key)).to.deep.equal(['auth/0002_rename', 'auth/0003_more']);
    expect(await tablesOf(database)).to.deep.equal(['auth_users', 'shop_items']);
    await application.migrator(database).migrate();
    expect(await columnsOf(database, 'auth_users')).to.deep.equal(['age', 'id', 'title']);
  });

  it('refuses an applied migration that says something else now, whatever its text is', async () => {
    const database = await open();
    const application = await Application.create();
    await application.write('auth', '0001_initial', users, 'first\nsecond\n');
    await application.migrator(database).migrate();
    await application.write('auth', '0001_initial', users, 'first\r\nsecond\r\n');
    await application.migrator(database).migrate();
    await application.write('auth', '0001_initial', users, 'first\nformatted\n');
    await application.migrator(database).migrate();
    const others = steps(createTable({ name: 'auth_people', columns: [id] }));
    await application.write('auth', '0001_initial', others, 'first\nchanged\n');
    const error = await failureOf(application.migrator(database).migrate());
    expect(error.code).to.equal('MIGRATION_CHANGED');
    expect(error.message).to.match(/0001_initial\.ts was edited since.*Restore the file/);
    expect((await application.migrator(database).status()).migrations[0]?.state).to.equal('changed');
  });

  it('undoes dependents first, and what is asked for only', async () => {
    const database = await open();
    const application = await Application.create({
      auth: { '0001_initial': users },
      blog: { '0001_initial': posts },
      shop: { '0001_initial': steps(createTable({ name: 'shop_items', columns: [id] })) },
    });
    const migrator = application.migrator(database);
    await migrator.migrate();
    const dry = await migrator.rollback({ extension: 'auth', dryRun: true });
    expect(dry.migrations.map(({ key }) => key)).to.deep.equal(['blog/0001_initial', 'auth/0001_initial']);
    expect(dry.migrations[0]?.steps[0]?.destroysData).to.equal(true);
    await migrator.rollback({ extension: 'auth' });
    expect(await tablesOf(database)).to.deep.equal(['shop_items']);
    await migrator.migrate();
    await migrator.rollback({ batch: 1 });
    expect(await tablesOf(database)).to.deep.equal(['auth_users', 'blog_posts']);
    await migrator.rollback();
    expect(await tablesOf(database)).to.deep.equal([]);
    expect((await migrator.rollback()).migrations).to.deep.equal([]);
  });

  it('undoes nothing when one step says not how', async () => {
    const database = await open();
    const application = await Application.create({
      auth: { '0001_initial': users, '0002_code': steps(run(async () => {})) },
    });
    await application.migrator(database).migrate();
    const error = await failureOf(application.migrator(database).rollback());
    expect(error.message).to.match(
      /"auth\/0002_code" cannot be undone\. Step 1 \(run code\) has no "reverse"/,
    );
    expect(await tablesOf(database)).to.deep.equal(['auth_users']);
  });

  it('goes on when an extension was removed, and tells of what it left', async () => {
    const database = await open();
    const application = await Application.create({
      auth: { '0001_initial': users },
      blog: { '0001_initial': posts },
    });
    await application.migrator(database).migrate();
    application.removeExtension('blog');
    await application.write(
      'auth',
      '0002_age',
      steps(addColumn('auth_users', { name: 'age', type: 'integer', default: 0 })),
    );
    const migrator = application.migrator(database);
    await migrator.migrate();
    const { migrations, faults } = await migrator.status();
    expect(faults).to.deep.equal([]);
    expect(migrations.map(({ key, state }) => [key, state])).to.deep.equal([
      ['auth/0001_initial', 'applied'],
      ['auth/0002_age', 'applied'],
      ['blog/0001_initial', 'missing'],
    ]);
    await migrator.rollback();
    const error = await failureOf(migrator.rollback({ extension: 'auth' }));
    expect(error.message).to.match(
      /"blog\/0001_initial" cannot be undone\. It must be undone first, and its file is gone/,
    );
  });

  it('lets one migration stand for those it replaces', async () => {
    const database = await open();
    const age = steps(addColumn('auth_users', { name: 'age', type: 'integer', default: 0 }));
    const squashed = defineMigration({
      replaces: ['auth/0001_initial', 'auth/0002_age'],
      steps: [...users.steps, ...age.steps],
    });
    const application = await Application.create({ auth: { '0001_initial': users, '0002_age': age } });
    await application.migrator(database).migrate({ to: 'auth/0001_initial' });
    await application.write('auth', '0002_squashed', squashed);
    // Half of what it replaces was applied: the other half is, before it counts.
    await application.migrator(database).migrate();
    expect(await columnsOf(database, 'auth_users')).to.deep.equal(['age', 'id', 'name']);
    await application.remove('auth', '0001_initial');
    await application.remove('auth', '0002_age');
    await application.write(
      'blog',
      '0001_initial',
      defineMigration({ steps: posts.steps, dependsOn: ['auth/0002_age'] }),
    );
    await application.migrator(database).migrate();
    const { migrations, faults } = await application.migrator(database).status();
    expect(faults).to.deep.equal([]);
    expect(migrations.map(({ key, state }) => [key, state])).to.deep.equal([
      ['auth/0002_squashed', 'applied'],
      ['blog/0001_initial', 'applied'],
    ]);

    const fresh = await open();
    await application.migrator(fresh).migrate();
    expect(await columnsOf(fresh, 'auth_users')).to.deep.equal(['age', 'id', 'name']);
  });

  it('runs steps by themselves where a migration asks for it', async () => {
    const database = await open();
    const application = await Application.create({
      auth: {
        '0001_initial': users,
        '0002_index': defineMigration({
          transaction: false,
          steps: [
            sql(
              {
                postgres: 'create index concurrently auth_users_name on auth_users (name)',
                sqlite: 'create index auth_users_name on auth_users (name)',
                mysql: 'create index auth_users_name on auth_users (name)',
              },
              { changes: [], reverse: [] },
            ),
            run(async ({ knex }) => knex('auth_users').insert({ id: one, name: 'Ada' })),
          ],
        }),
      },
    });
    await application.migrator(database).migrate();
    expect(await database.knex('auth_users').select('name')).to.deep.equal([{ name: 'Ada' }]);
    expect((await application.migrator(database).status()).migrations[1]?.state).to.equal('applied');
  });

  it('tells how far it is', async () => {
    const told: string[] = [];
    const application = await Application.create({
      auth: { '0001_initial': users },
      blog: { '0001_initial': posts },
    });
    await application.migrator(await open()).migrate({
      onProgress: ({ key, step, number, of }) => told.push(`${key} ${number}/${of} ${step}`),
    });
    expect(told).to.deep.equal([
      'auth/0001_initial 1/1 create table "auth_users"',
      'blog/0001_initial 1/1 create table "blog_posts"',
    ]);
  });
});

onEveryDatabase(
  'A migrator of a server',
  (open, dialect) => {
    it('needs one connection, and takes as long as it takes', async () => {
      const database = await open({ connections: 1, statementTimeout: 300 });
      const sleep = dialect === 'postgres' ? 'select pg_sleep(0.6)' : 'do sleep(0.6)';
      const application = await Application.create({
        auth: {
          '0001_initial': users,
          '0002_wait': steps(
            sql(sleep),
            run(async ({ knex, run: send }) => {
              await knex('auth_users').insert({ id: one, name: 'Ada' });
              await send('select name from auth_users');
            }),
          ),
        },
      });
      await application.migrator(database).migrate();
      const limit =
        dialect === 'postgres'
          ? "select current_setting('statement_timeout') as ms"
          : 'select @@session.max_statement_time * 1000 as ms';
      const [row] = await database.run(limit);
      expect(Number.parseFloat(String(row?.ms))).to.equal(300);
    });

    it('does not wait for ever for a table that another is using', async () => {
      const database = await open();
      const application = await Application.create({ auth: { '0001_initial': users } });
      await application.migrator(database).migrate();
      const age = addColumn('auth_users', { name: 'age', type: 'integer', nullable: true });
      await application.write('auth', '0002_age', steps(age));
      const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
      const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
      const other = database.transaction(async () => {
        await database.run('select id from auth_users');
        begin();
        await mayEnd;
      });
      await begun;
      const error = await failureOf(application.migrator(database, { lockTimeout: 200 }).migrate());
      expect(error.message).to.match(/lock( wait)? timeout/i);
      end();
      await other;
      await application.migrator(database).migrate();
      expect(await columnsOf(database, 'auth_users')).to.include('age');
    });

    it('lets go of its lock when it fails', async () => {
      const database = await open({ connections: 1 });
      const application = await Application.create({
        auth: { '0001_wrong': steps(sql('no such statement')) },
      });
      const migrator = application.migrator(database, { lockTimeout: 200 });
      expect((await failureOf(migrator.migrate())).code).to.equal('MIGRATION_FAILED');
      const other = application.migrator(database, { lockTimeout: 200 });
      const { code } = await failureOf(other.migrate());
      expect(code).to.be.oneOf(['MIGRATION_FAILED', 'MIGRATION_INTERRUPTED']);
    });
  },
  { dialects: ['postgres', 'mysql'] },
);
