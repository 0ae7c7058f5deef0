import { createTable, Database, defineMigration, run } from 'backplane/data';
import { expect } from 'chai';
import { Application, failureOf } from './support.ts';

const id = { name: 'id', type: 'uuid' } as const;
const table = (name: string) => defineMigration({ steps: [createTable({ name, columns: [id] })] });

describe('Files of migrations', () => {
  it('are told of all that is wrong with them at once', async () => {
    await using database = new Database({ url: 'sqlite::memory:' });
    const application = await Application.create({ blog: { '0001_initial': table('a') } });
    await application.write('blog', 'next', table('b'));
    await application.write('blog', '0002_nothing', 'no migration');
    await application.write('shop', '0001_type', {
      kind: 'migration',
      steps: [{ kind: 'createTable', table: { name: 'c', columns: [{ ...id, type: 'uid' }] } }],
    });
    await application.write('shop', '0001_lost', defineMigration({ steps: [], database: 'statistic' }));
    const { message } = await failureOf(application.migrator(database).migrate());
    expect(message).to.match(/next\.ts cannot be used: Its name must be four digits and words/);
    expect(message).to.match(/0002_nothing\.ts cannot be used: Its default export is no migration/);
    expect(message).to.match(/The column "id" is of the unknown type "uid"\. Use one of uuid, text/);
    expect(message).to.match(/There is no database "statistic"/);
    expect((await application.migrator(database).status()).faults).to.have.length(4);
  });

  it('are told of every misspelt word of their steps, with the nearest that there is', async () => {
    await using database = new Database({ url: 'sqlite::memory:' });
    const application = await Application.create();
    const key = { name: 'k', column: 'b', table: 'b', onDelete: 'cascad' };
    await application.write('blog', '0001_initial', {
      ...{ kind: 'migration', dependOn: [] },
      steps: [
        { kind: 'createTable', table: { name: 'a', columns: [id], index: [], foreignKeys: [key] } },
        { kind: 'addColumn', table: 'a', column: { name: 'b', type: 'text', nulable: true } },
        { kind: 'createIndex', table: 'a', index: { name: 'i', columns: ['b'], uniqe: true } },
      ],
    });
    const { message } = await failureOf(application.migrator(database).migrate());
    for (const sentence of [
      '"dependOn" is unknown. Did you mean "dependsOn"?',
      'Step 1: The table "a": "index" is unknown. Did you mean "indexes"?',
      'Step 1: The foreign key "k" has the unknown onDelete "cascad". Did you mean "cascade"?',
      'Step 2: The column "b": "nulable" is unknown. Did you mean "nullable"?',
      'Step 3: The index "i": "uniqe" is unknown. Did you mean "unique"?',
    ]) {
      expect(message).to.include(sentence);
    }
  });

  it('that are wrong stop only what needs their extension', async () => {
    await using database = new Database({ url: 'sqlite::memory:' });
    const application = await Application.create({ blog: { '0001_initial': table('a') } });
    await application.write('shop', 'next', table('b'));
    const { migrations } = await application.migrator(database).migrate({ extension: 'blog' });
    expect(migrations).to.have.length(1);
    expect((await failureOf(application.migrator(database).migrate())).code).to.equal('MIGRATION_INVALID');
  });

  it('that are no code, and helpers in folders, are left alone', async () => {
    await using database = new Database({ url: 'sqlite::memory:' });
    const application = await Application.create({ blog: { '0001_initial': table('a') } });
    await application.write('blog', 'README.md', 'words');
    await application.write('blog', 'types.d.ts', 'words');
    expect((await application.migrator(database).migrate()).migrations).to.have.length(1);
  });

  it('are not imported again once they were applied', async () => {
    await using database = new Database({ url: 'sqlite::memory:' });
    const application = await Application.create({ blog: { '0001_initial': table('a') } });
    await application.migrator(database).migrate();
    application.imported.length = 0;
    await application.write('blog', '0002_more', table('b'));
    await application.migrator(database).migrate();
    expect(application.imported).to.have.length(1);
  });

  it('may be formatted and commented after they ran, and still be undone', async () => {
    await using database = new Database({ url: 'sqlite::memory:' });
    const application = await Application.create({ blog: { '0001_initial': table('a') } });
    await application.migrator(database).migrate();
    await application.write('blog', '0001_initial', table('a'), '// A comment, and another format.');
    const migrator = application.migrator(database);
    expect((await migrator.status()).migrations).to.deep.include.members([
      { ...(await migrator.status()).migrations[0], state: 'applied' },
    ]);
    expect((await migrator.migrate()).migrations).to.deep.equal([]);
    expect((await migrator.rollback()).migrations).to.have.length(1);
  });

  it('that say something else than what ran are refused, and so is every edit of code', async () => {
    await using database = new Database({ url: 'sqlite::memory:' });
    const code = (text: string) => defineMigration({ steps: [run(async () => text)] });
    const application = await Application.create({
      blog: { '0001_initial': table('a'), '0002_code': code('select 1'), '0003_last': table('c') },
    });
    await application.migrator(database).migrate();
    await application.write('blog', '0001_initial', table('b'));
    await application.write('blog', '0002_code', code('select 1'), '// a comment');
    await application.write('blog', '0003_last', 'nothing', '// empty');
    const { migrations } = await application.migrator(database).status();
    expect(migrations.map(({ state }) => state)).to.deep.equal(['changed', 'changed', 'changed']);
    expect((await failureOf(application.migrator(database).migrate())).message).to.include('edited since');
  });

  it('of an extension that has none are not missed', async () => {
    await using database = new Database({ url: 'sqlite::memory:' });
    const application = await Application.create();
    const migrator = application.migrator(database, { extensions: [{ extension: 'a', folder: '/nowhere' }] });
    expect(await migrator.status()).to.deep.equal({ migrations: [], faults: [] });
  });

  it('go into the database that they name, each with its records', async () => {
    await using database = new Database({ url: 'sqlite::memory:' });
    await using statistics = new Database({ url: 'sqlite::memory:', name: 'statistics' });
    const application = await Application.create({
      blog: {
        '0001_initial': table('a'),
        '0002_views': defineMigration({ ...table('views'), database: 'statistics' }),
      },
    });
    const migrator = application.migrator([database, statistics]);
    await migrator.migrate();
    expect(await statistics.knex('backplane_migrations').pluck('key')).to.deep.equal(['blog/0002_views']);
    expect(await database.knex('backplane_migrations').pluck('key')).to.deep.equal(['blog/0001_initial']);
    const { migrations } = await migrator.rollback();
    expect(migrations.map(({ key }) => key)).to.have.members(['blog/0002_views', 'blog/0001_initial']);
  });

  it('of two hundred extensions with ten each are looked through in no time', async () => {
    await using database = new Database({ url: 'sqlite::memory:' });
    const names = Array.from({ length: 200 }, (_, index) => `extension-${index}`);
    const numbers = Array.from({ length: 10 }, (_, index) => index + 1);
    const application = await Application.create(
      Object.fromEntries(
        names.map((name, index) => [
          name,
          Object.fromEntries(
            numbers.map((number) => [
              `${String(number).padStart(4, '0')}_make_things`,
              table(`table_${index}_${number}`),
            ]),
          ),
        ]),
      ),
    );
    const began = performance.now();
    await application.migrator(database).migrate();
    const applied = performance.now() - began;
    const took: number[] = [];
    for (let time = 0; time < 3; time += 1) {
      const started = performance.now();
      const { migrations } = await application.migrator(database).status();
      took.push(performance.now() - started);
      expect(migrations).to.have.length(2000);
    }
    if (process.env.TEST_SHOW_TIMES) console.log({ applied, took });
    // Machines that run tests are busy: what is asked for is 300.
    expect(Math.min(...took)).to.be.lessThan(900);
  }).timeout(60_000);
});
