import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { Database, DataContext } from 'backplane/data';
import { expect } from 'chai';
import { blog, createBlog, User } from '../support/blog.ts';
import { errorOf } from '../support/blog-data.ts';
import { createThings, thingsIn } from '../support/things.ts';

const script = fileURLToPath(new URL('../support/hold-lock.ts', import.meta.url));

/** Another process that has the write lock of a file. */
interface Holder extends AsyncDisposable {
  release(): Promise<void>;
}

async function holdLock(file: string): Promise<Holder> {
  const child = spawn(process.execPath, [script, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  const release = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  return { release, [Symbol.asyncDispose]: release };
}

describe('An SQLite file that another process is writing', () => {
  let folder: string;
  let made = 0;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backplane-lock-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function openFile(acquireTimeout?: number): Promise<{ file: string; database: Database }> {
    made += 1;
    const file = join(folder, `${made}.sqlite`);
    const limits = acquireTimeout === undefined ? {} : { acquireTimeout };
    const database = await createThings(new Database({ url: `sqlite:${file}`, ...limits }));
    return { file, database };
  }

  const paths: readonly (readonly [string, (database: Database) => unknown])[] = [
    ['a statement', (database) => database.run('insert into things (id) values (1)')],
    ['knex', (database) => database.knex('things').insert({ id: 1 })],
    ['a text', (database) => database.execute('insert into things (id) values (1)')],
    [
      'a transaction',
      (database) => database.transaction(async () => database.run('insert into things (id) values (1)')),
    ],
    [
      'a session',
      (database) => database.session(async () => database.run('insert into things (id) values (1)')),
    ],
  ];

  for (const [path, write] of paths) {
    it(`is waited for by ${path}, while this process goes on`, async () => {
      const { file, database } = await openFile();
      await using opened = database;
      await using holder = await holdLock(file);
      const delays = monitorEventLoopDelay({ resolution: 1 });
      delays.enable();
      let isWritten = false;
      const written = Promise.resolve(write(opened)).then(() => {
        isWritten = true;
      });
      for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate);
      expect(await opened.run('select id from things')).to.deep.equal([]);
      expect(isWritten).to.equal(false);
      await holder.release();
      await written;
      delays.disable();
      expect(delays.max / 1e6).to.be.below(1000);
      expect(await thingsIn(opened)).to.deep.equal([1]);
    });

    it(`is named when ${path} has waited too long, and nothing is written`, async () => {
      const { file, database } = await openFile(100);
      await using opened = database;
      await using holder = await holdLock(file);
      const error = await errorOf(async () => write(opened));
      expect(error.code).to.equal('DATABASE_BUSY');
      expect(error.message).to.include('"default"').and.to.include(file).and.not.to.include('insert');
      await holder.release();
      expect(await thingsIn(opened)).to.deep.equal([]);
      await write(opened);
      expect(await thingsIn(opened)).to.deep.equal([1]);
    });
  }

  it('does not let the work of a transaction run that could not begin', async () => {
    const { file, database } = await openFile(50);
    await using opened = database;
    await using _holder = await holdLock(file);
    let ran = false;
    const work = async (): Promise<void> => {
      ran = true;
    };
    expect((await errorOf(opened.transaction(work))).code).to.equal('DATABASE_BUSY');
    expect(ran).to.equal(false);
  });

  it('is waited for by all that write, in their order and for no longer than one of them', async () => {
    const { file, database } = await openFile(200);
    await using opened = database;
    await using holder = await holdLock(file);
    const writes = Array.from({ length: 5 }, (_, id) => opened.run(`insert into things (id) values (${id})`));
    const outcomes = await Promise.allSettled(writes);
    const codes = outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.code);
    expect(new Set(codes).isSubsetOf(new Set(['DATABASE_BUSY', 'CONNECTIONS_EXHAUSTED']))).to.equal(true);
    await holder.release();
    await Promise.all(writes.map((_, id) => opened.run(`insert into things (id) values (${id})`)));
    expect(await thingsIn(opened)).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it('is waited for by repositories', async () => {
    made += 1;
    const file = join(folder, `${made}.sqlite`);
    await using database = new Database({ url: `sqlite:${file}` });
    await createBlog(database);
    const data = new DataContext({ databases: { get: () => database }, catalog: blog });
    const users = data.repository(User);
    const { id } = await users.create({ name: 'a', email: 'a@example.org' });
    await using holder = await holdLock(file);
    const writes = Promise.all([
      users.create({ name: 'b', email: 'b@example.org' }),
      users.createMany(['c', 'd'].map((name) => ({ name, email: `${name}@example.org` }))),
      users.update(id, { name: 'e' }),
      users.query().where('id', id).update({ age: 3 }),
    ]);
    expect(await users.find(id)).to.include({ name: 'a' });
    await holder.release();
    await writes;
    expect(await users.count()).to.equal(4);
    expect(await users.find(id)).to.include({ name: 'e', age: 3 });
  });

  it('is closed without waiting', async () => {
    const { file, database } = await openFile();
    await using _holder = await holdLock(file);
    await database.close();
  });

  it('is left without an open transaction by a commit that fails', async () => {
    const { database } = await openFile();
    await using opened = database;
    await opened.execute(
      'create table parts (id integer primary key, thing integer references things (id) deferrable initially deferred)',
    );
    const error = await errorOf(
      opened.transaction(async () => opened.run('insert into parts (id, thing) values (1, 9)')),
    );
    expect(error.code).to.equal('SQLITE_CONSTRAINT_FOREIGNKEY');
    await opened.transaction(async () => opened.run('insert into things (id) values (1)'));
    expect(await thingsIn(opened)).to.deep.equal([1]);
    expect(await opened.run('select id from parts')).to.deep.equal([]);
  });
});
