import { addColumn, createTable, type Database, defineMigration, run, sql } from 'backplane/data';
import { expect } from 'chai';
import { onEveryDatabase } from '../support/databases.ts';
import { Application, columnsOf, failureOf, tablesOf } from './support.ts';

const id = { name: 'id', type: 'uuid' } as const;
const key = 'blog/0001_initial';

/** As if the process had been killed while this statement was running. */
async function interrupt(database: Database, progress: { step: number; statement: number }): Promise<void> {
  const row = { ...progress, state: 'running', is_sent: 1 };
  await database.knex('backplane_migrations').where({ key }).update(row);
}

// MariaDB always goes step by step; the others do where a migration asks for it.
onEveryDatabase('A migration that goes step by step', (open) => {
  it('asks people whether SQL that was interrupted took effect, and believes them', async () => {
    const database = await open();
    const application = await Application.create();
    const index = 'create index by_hand on posts (id)';
    await application.write(
      'blog',
      '0001_initial',
      defineMigration({
        transaction: false,
        steps: [
          createTable({ name: 'posts', columns: [id] }),
          sql(index),
          sql('drop table if exists not_there'),
        ],
      }),
    );
    const migrator = application.migrator(database);
    await migrator.migrate({ allowDestructive: true });
    await interrupt(database, { step: 1, statement: 0 });
    expect((await migrator.status()).migrations[0]?.state).to.equal('interrupted');
    const error = await failureOf(migrator.migrate({ allowDestructive: true }));
    expect(error.message).to.match(/interrupted at step 2 \(run SQL\).*create index by_hand.*db resolve/s);

    await migrator.resolve(key, 'done');
    const { migrations } = await migrator.migrate({ allowDestructive: true });
    expect(migrations[0]?.isResumed).to.equal(true);
    expect((await migrator.status()).migrations[0]?.state).to.equal('applied');
    expect((await failureOf(migrator.resolve(key, 'again'))).code).to.equal('MIGRATION_NOT_FOUND');
  });

  it('sees from the tables whether a step took effect', async () => {
    const database = await open();
    const application = await Application.create({
      blog: {
        '0001_initial': defineMigration({
          transaction: false,
          steps: [
            createTable({ name: 'posts', columns: [id] }),
            addColumn('posts', { name: 'title', type: 'text', nullable: true }),
          ],
        }),
      },
    });
    const migrator = application.migrator(database);
    await migrator.migrate();
    await interrupt(database, { step: 1, statement: 0 });
    await migrator.migrate();
    await database.execute('alter table posts drop column title');
    await interrupt(database, { step: 1, statement: 0 });
    await migrator.migrate();
    expect(await columnsOf(database, 'posts')).to.deep.equal(['id', 'title']);
  });

  it('finishes a roll-back that stopped half-way, whichever way it is to go then', async () => {
    const database = await open();
    let fails = true;
    const application = await Application.create({
      blog: {
        '0001_initial': defineMigration({
          transaction: false,
          steps: [
            createTable({ name: 'posts', columns: [id] }),
            run(async () => {}, {
              reverse: async () => {
                if (fails) throw new Error('not yet');
              },
            }),
            addColumn('posts', { name: 'title', type: 'text', nullable: true }),
          ],
        }),
      },
    });
    const migrator = application.migrator(database);
    await migrator.migrate();
    expect((await failureOf(migrator.rollback())).message).to.match(/failed at step 2 \(run code\): not yet/);
    expect(await columnsOf(database, 'posts')).to.deep.equal(['id']);
    expect((await migrator.status()).migrations[0]?.state).to.equal('interrupted');
    fails = false;
    const { migrations } = await migrator.migrate();
    expect(migrations.map(({ direction }) => direction)).to.deep.equal(['revert', 'apply']);
    expect(await columnsOf(database, 'posts')).to.deep.equal(['id', 'title']);

    fails = true;
    await failureOf(migrator.rollback());
    fails = false;
    await migrator.rollback();
    expect(await tablesOf(database)).to.deep.equal([]);
  });

  it('refuses to go on when a step that was run was edited', async () => {
    const database = await open();
    const broken = sql('update not_there set a = 1');
    const posts = (name: string) => createTable({ name, columns: [id] });
    const application = await Application.create({
      blog: { '0001_initial': defineMigration({ transaction: false, steps: [posts('posts'), broken] }) },
    });
    const migrator = application.migrator(database);
    await failureOf(migrator.migrate());
    await application.write(
      'blog',
      '0001_initial',
      defineMigration({ transaction: false, steps: [posts('articles')] }),
    );
    const error = await failureOf(migrator.migrate());
    expect(error.message).to.match(
      /step 1 of .*0001_initial\.ts, which was run at least in part, was edited since/,
    );
    expect((await failureOf(migrator.rollback())).message).to.match(
      /was interrupted half-way. Run "migrate" first/,
    );
    await application.write(
      'blog',
      '0001_initial',
      defineMigration({ transaction: false, steps: [posts('posts')] }),
    );
    await migrator.migrate();
    expect(await tablesOf(database)).to.deep.equal(['posts']);
  });
});
