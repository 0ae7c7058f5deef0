import { expect } from 'chai';
import { Database } from '../../kernel/data/index.ts';
import { extensionFolder, testKernel } from '../../kernel/testing/index.ts';

const notes = {
  'manifest.json': { name: 'notes', version: '1.0.0' },
  'entities/note.ts': `import { defineEntity, Type } from 'backplane';
export const Note = defineEntity('notes.note', { fields: { text: Type.String({ unique: true, maxLength: 99 }) } });`,
  'migrations/0001_initial.ts': `import { createTable, defineMigration } from 'backplane/data';
export default defineMigration({ steps: [createTable({
  name: 'notes_notes',
  columns: [{ name: 'id', type: 'uuid' }, { name: 'text', type: 'string(99)' }],
  indexes: [{ name: 'notes_notes_text_unique', columns: ['text'], unique: true }],
})] });`,
};

interface Rows {
  create(input: { text: string }): Promise<unknown>;
  count(): Promise<number>;
}

const servers = {
  PostgreSQL: process.env.TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres',
  MariaDB: process.env.TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306/mysql',
};
const places = {
  PostgreSQL: `select schema_name as name from information_schema.schemata where schema_name like 'backplane_test_${process.pid}%'`,
  MariaDB: `select schema_name as name from information_schema.schemata where schema_name like 'backplane_test_${process.pid}%'`,
  SQLite: 'select 1 where 1 = 0',
};

/** Is empty at first, with the tables of the extension, and holds one row then. */
async function fillOne(database: string): Promise<void> {
  using folder = extensionFolder(notes);
  await using kernel = await testKernel({ extensions: [folder], database });
  const rows: Rows = kernel.service('data').repository({ name: 'notes.note' });
  expect(await rows.count()).to.equal(0);
  await rows.create({ text: 'the same in every test' });
  expect(await rows.count()).to.equal(1);
}

for (const [server, url] of Object.entries({ SQLite: 'sqlite', ...servers }) as [
  keyof typeof places,
  string,
][]) {
  describe(`testKernel with a database of its own on ${server}`, () => {
    before(async function () {
      if (url === 'sqlite') return;
      await using database = new Database({ url, acquireTimeout: 2000 });
      if (!(await database.health()).ok) this.skip();
    });

    it('shares no row with another, whether after it or at the same time', async () => {
      await fillOne(url);
      await Promise.all(Array.from({ length: 4 }, () => fillOne(url)));
    });

    it('leaves nothing on the server, even when it could not boot', async () => {
      using broken = extensionFolder({ ...notes, 'index.ts': 'throw new Error("no");' });
      let failed = false;
      await testKernel({ extensions: [broken], database: url }).catch(() => {
        failed = true;
      });
      expect(failed).to.equal(true);
      await using database = new Database({ url: url === 'sqlite' ? 'sqlite::memory:' : url });
      expect(await database.run(places[server])).to.deep.equal([]);
    });
  });
}

describe('testKernel with a database that cannot be', () => {
  it('says which, and why', async () => {
    const failing = async (database: string): Promise<string> => {
      using folder = extensionFolder(notes);
      return testKernel({ extensions: [folder], database }).then(
        () => '',
        (error: Error) => error.message,
      );
    };
    expect(await failing('postgres://127.0.0.1:1/x')).to.match(/"default" .*cannot be reached/);
    expect(await failing('mssql://sa@127.0.0.1/x')).to.include('or in memory by "sqlite"');
  });
});
