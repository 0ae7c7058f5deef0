import { join } from 'node:path';
import { Database, Migrator } from 'backplane/data';
import { expect } from 'chai';
import { onEveryDatabase, urlOfDatabase } from '../support/databases.ts';
import { applicationFolder, Child } from './children.ts';
import { columnsOf, failureOf, tablesOf } from './support.ts';

const migration = `
import {
  addColumn, addForeignKey, createSearchIndex, createTable, defineMigration, dropIndex, dropSearchIndex, run,
} from 'backplane/data';

const id = { name: 'id', type: 'uuid' } as const;

export default defineMigration({
  steps: [
    createTable({
      name: 'posts',
      columns: [id, { name: 'slug', type: 'string(50)' }, { name: 'deleted_at', type: 'timestamp', nullable: true }],
      indexes: [
        { name: 'posts_slug_unique', columns: ['slug'], unique: true, unless: 'deleted_at' },
        { name: 'posts_slug_index', columns: ['slug'] },
      ],
    }),
    createSearchIndex('posts', ['slug']),
    run(async ({ knex }) => {
      const id = '00000000-0000-7000-8000-000000000001';
      await knex('posts').insert({ id, slug: 'first' });
      if (process.env.CHILD_HANG) {
        process.send?.('hanging');
        await new Promise(() => setInterval(() => {}, 1000));
      }
    }),
    addColumn('posts', { name: 'parent_id', type: 'uuid', nullable: true }),
    addForeignKey('posts', { name: 'posts_parent', column: 'parent_id', table: 'posts', onDelete: 'cascade' }),
    run(async ({ knex }) => knex('posts').insert({ id: '00000000-0000-7000-8000-000000000002', slug: 'second' })),
    dropIndex('posts', 'posts_slug_unique'),
    dropSearchIndex('posts'),
  ],
});
`;

/** Where a database lies, so that a child can open it. */
async function addressOf(database: Database, folder: string): Promise<string> {
  return database.dialect === 'sqlite' ? `sqlite:${join(folder, 'app.sqlite')}` : urlOfDatabase(database);
}

onEveryDatabase('A migrating process', (open, dialect) => {
  async function finished(database: Database): Promise<void> {
    expect(await tablesOf(database)).to.deep.equal(['posts']);
    expect(await columnsOf(database, 'posts')).to.deep.equal(['deleted_at', 'id', 'parent_id', 'slug']);
    const slugs = await database.knex('posts').orderBy('id').pluck('slug');
    expect(slugs).to.deep.equal(['first', 'second']);
    const states = await database.knex('backplane_migrations').select('key', 'state');
    expect(states).to.deep.equal([{ key: 'blog/0001_initial', state: 'applied' }]);
  }

  async function place(): Promise<{ folder: string; url: string; database: Database }> {
    const folder = await applicationFolder({ '0001_initial.ts': migration });
    const given = await open();
    const url = await addressOf(given, folder);
    const database = dialect === 'sqlite' ? new Database({ url }) : given;
    return { folder, url, database };
  }

  it('is finished by the next when it is killed inside a migration', async () => {
    const { folder, url, database } = await place();
    const child = new Child({ folder, url, hang: true });
    await child.hanging();
    child.process.kill('SIGKILL');
    expect((await child.end()).end).to.equal('SIGKILL');
    const next = await new Child({ folder, url, lockTimeout: 10_000 }).end();
    expect(next.output).to.equal('');
    await finished(database);
  });

  it('is finished by the next wherever it is killed, and nothing is done twice', async function () {
    this.timeout(120_000);
    const { folder, url } = await place();
    const { statements } = await new Child({ folder, url }).end();
    expect(statements).to.be.greaterThan(10);
    // Most of interest on MariaDB, which has no transaction around them; TEST_EXHAUSTIVE=1 kills after each.
    const step = process.env.TEST_EXHAUSTIVE ? 1 : dialect === 'mysql' ? 4 : 9;
    const at = Array.from({ length: Math.floor(statements / step) }, (_, index) => (index + 1) * step);
    for (const killAfter of at) {
      const { folder, url, database } = await place();
      const killed = await new Child({ folder, url, killAfter }).end();
      expect(killed.end, `after statement ${killAfter}: ${killed.output}`).to.equal('SIGKILL');
      const extensions = [{ extension: 'blog', folder: join(folder, 'blog') }];
      await new Migrator({ databases: database, extensions, lockTimeout: 5000 }).migrate().catch((error) => {
        throw new Error(`after statement ${killAfter}: ${error.message}`, { cause: error });
      });
      await finished(database);
      await database.close();
    }
  });

  it('lets another wait for it, which then finds everything done', async () => {
    const { folder, url, database } = await place();
    const children = [1, 2, 3].map(() => new Child({ folder, url }));
    const ends = await Promise.all(children.map((child) => child.end()));
    expect(ends.map(({ end, output }) => [end, output])).to.deep.equal([
      [0, ''],
      [0, ''],
      [0, ''],
    ]);
    await finished(database);
  });

  it('is named to who waits too long for it', async () => {
    const { folder, url, database } = await place();
    const child = new Child({ folder, url, hang: true });
    await child.hanging();
    const extensions = [{ extension: 'blog', folder: join(folder, 'blog') }];
    const migrator = new Migrator({ databases: database, extensions, lockTimeout: 300 });
    const error = await failureOf(migrator.migrate());
    child.process.kill('SIGKILL');
    await child.end();
    expect(error.code).to.equal('MIGRATION_LOCKED');
    const holder = dialect === 'mysql' ? /connection \d+ of root/ : new RegExp(`pid ${child.process.pid}`);
    expect(error.message).to.match(holder);
  });
});
