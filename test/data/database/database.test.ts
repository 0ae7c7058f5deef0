import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from 'backplane/data';
import { expect } from 'chai';
import { onEveryDatabase } from '../support/databases.ts';

onEveryDatabase('A database', (open, dialect) => {
  const one = dialect === 'postgres' ? '$1' : '?';

  async function withTable(options = {}): Promise<Database> {
    const database = await open(options);
    await database.knex.schema.createTable('things', (table) => {
      table.integer('id').primary();
      table.string('name');
    });
    return database;
  }

  it('answers prepared statements with rows', async () => {
    const database = await withTable();
    await database.run(`insert into things (id, name) values (1, ${one})`, ['a']);
    expect(await database.run(`select name from things where id = ${one}`, [1])).to.deep.equal([
      { name: 'a' },
    ]);
  });

  it('takes values for values, whatever quotes and backslashes they hold', async () => {
    const database = await withTable();
    const hostile = ["\\' or 1=1 -- ", '"; drop table things; --', "'", '\\', '\\"'];
    for (const [id, name] of hostile.entries()) {
      await database.knex('things').insert({ id, name });
      await database.run(`insert into things (id, name) values (${id + 100}, ${one})`, [name]);
      const ids = await database.knex('things').where({ name }).orderBy('id').pluck('id');
      expect(ids).to.deep.equal([id, id + 100]);
    }
  });

  it('rolls a transaction back when its work fails, and only what was inside it', async () => {
    const database = await withTable();
    const fails = database.transaction(async () => {
      await database.run(`insert into things (id) values (1)`);
      await database.knex('things').insert({ id: 2 });
      throw new Error('no');
    });
    await fails.then(
      () => expect.fail('it resolved'),
      (error) => expect(error.message).to.equal('no'),
    );
    expect(await database.run('select id from things')).to.deep.equal([]);
  });

  it('lets an inner transaction fail alone', async () => {
    const database = await withTable();
    await database.transaction(async () => {
      await database.run(`insert into things (id) values (1)`);
      await database
        .transaction(async () => {
          await database.run(`insert into things (id) values (2)`);
          throw new Error('no');
        })
        .catch(() => {});
    });
    expect(await database.run('select id from things')).to.deep.equal([{ id: 1 }]);
  });

  it('shows nobody else what is not committed yet', async () => {
    const database = await withTable();
    const { promise: written, resolve: wrote } = Promise.withResolvers<void>();
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
    const transaction = database.transaction(async () => {
      await database.run(`insert into things (id) values (1)`);
      wrote();
      await mayEnd;
      throw new Error('no');
    });
    await written;
    const seen = Promise.resolve(database.run('select id from things'));
    end();
    await transaction.catch(() => {});
    expect(await seen).to.deep.equal([]);
  });

  it('refuses what a transaction began and left behind, instead of running it in somebody else’s', async () => {
    const database = await withTable();
    const { promise: late, resolve: ended } = Promise.withResolvers<void>();
    let left: Promise<unknown> | undefined;
    await database.transaction(async () => {
      left = late.then(() => database.run('insert into things (id) values (1)'));
    });
    ended();
    const error = await left?.then(
      () => undefined,
      (thrown) => thrown,
    );
    expect(error).to.have.property('code', 'TRANSACTION_ENDED');
    expect(await database.run('select id from things')).to.deep.equal([]);
  });

  it('never says that a transaction was committed of which nothing is there', async () => {
    const database = await withTable();
    const outcome = await database
      .transaction(async () => {
        await database.run('insert into things (id) values (1)');
        await (async () => database.run('insert into things (id) values (1)'))().catch(() => {});
      })
      .then(
        () => 'committed',
        ({ code }) => code,
      );
    const rows = await database.run('select id from things');
    expect([outcome, rows.length]).to.deep.equal(
      dialect === 'postgres' ? ['TRANSACTION_ABORTED', 0] : ['committed', 1],
    );
  });

  it('says so to statements that follow one which failed, where it is given up with that', async () => {
    const database = await withTable();
    await database.run('insert into things (id) values (1)');
    const work = database.transaction(async () => {
      await (async () => database.run('insert into things (id) values (1)'))().catch(() => {});
      return (await database.run('select id from things')).length;
    });
    const outcome = await work.catch(({ code }) => code);
    expect(outcome).to.equal(dialect === 'postgres' ? 'TRANSACTION_ABORTED' : 1);
  });

  it('calls back after the outermost commit, and not after a roll-back', async () => {
    const database = await withTable();
    const called: string[] = [];
    await database.transaction(async () => {
      await database.transaction(async () => database.afterCommit(() => called.push('inner')));
      await database
        .transaction(async () => {
          await database.afterCommit(() => called.push('rolled back'));
          throw new Error('no');
        })
        .catch(() => {});
      expect(called).to.deep.equal([]);
    });
    expect(called).to.deep.equal(['inner']);
  });

  it('tells of every statement, with its time and its failure', async () => {
    const database = await withTable();
    const told: [string, boolean][] = [];
    const end = database.onStatement(({ sql, error }) => told.push([sql, error === undefined]));
    await database.run('select id from things');
    await database.knex('things').select('name');
    await (async () => database.run('select nothing from nowhere'))().catch(() => {});
    end();
    await database.run('select id from things');
    expect(told.map(([, ok]) => ok)).to.deep.equal([true, true, false]);
    expect(told[1]?.[0]).to.include('name');
  });

  it('runs a hundred statements at once over few connections', async () => {
    const database = await withTable({ connections: 2 });
    await Promise.all(
      Array.from({ length: 100 }, (_, id) => database.run(`insert into things (id) values (${one})`, [id])),
    );
    expect(await database.run('select count(*) as n from things')).to.deep.equal([{ n: 100 }]);
  });

  it('keeps a session on one connection, with its transactions', async () => {
    const database = await withTable({ connections: 1 });
    const told: string[] = [];
    const end = database.onStatement(({ sql }) => told.push(sql));
    await database.session(async () => {
      expect(database.inTransaction).to.equal(false);
      await database.execute("insert into things (id, name) values (1, 'what?')");
      await database.knex('things').insert({ id: 2 });
      await database
        .transaction(async () => {
          await database.run(`insert into things (id) values (3)`);
          await database.knex('things').insert({ id: 4 });
          throw new Error('no');
        })
        .catch(() => {});
      await database.session(async () => void (await database.run('insert into things (id) values (5)')));
    });
    end();
    expect(told.filter((sql) => sql.startsWith('insert'))).to.have.length(5);
    expect(await database.run('select id, name from things order by id')).to.deep.equal([
      { id: 1, name: 'what?' },
      { id: 2, name: null },
      { id: 5, name: null },
    ]);
  });

  it('is closed also while a transaction never ends', async () => {
    const database = await open();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const endless = database.transaction(() => {
      begin();
      return new Promise(() => {});
    });
    endless.catch(() => {});
    await begun;
    await database.close();
    expect(() => database.run('select 1')).to.throw('closed already');
  });

  it('says so when it was closed', async () => {
    const database = await open();
    await database.close();
    expect(() => database.run('select 1')).to.throw('closed already');
  });
});

onEveryDatabase(
  'A server',
  (open, dialect) => {
    it('ends a statement that takes too long', async () => {
      const database = await open({ statementTimeout: 200 });
      const sleep =
        dialect === 'postgres' ? 'select pg_sleep(5)' : 'select sleep(5) from information_schema.tables';
      const error = await Promise.resolve(database.run(sleep)).then(
        () => undefined,
        (thrown) => thrown,
      );
      expect(error).to.have.property('code', 'STATEMENT_TIMED_OUT');
    });
  },
  { dialects: ['postgres', 'mysql'] },
);

describe('A database file', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backplane-data-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('is made with its folder, and keeps what was written', async () => {
    const url = 'sqlite:deep/down/app.sqlite';
    {
      await using database = new Database({ url, root: folder });
      await database.knex.schema.createTable('things', (table) => table.integer('id'));
      await database.run('insert into things (id) values (1)');
    }
    await using again = new Database({ url, root: folder });
    expect(await again.run('select id from things')).to.deep.equal([{ id: 1 }]);
  });

  it('is read while a long transaction writes', async () => {
    await using database = new Database({ url: 'sqlite:busy.sqlite', root: folder });
    await database.knex.schema.createTable('things', (table) => table.integer('id'));
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
    const long = database.transaction(async () => {
      await database.run('insert into things (id) values (1)');
      await mayEnd;
    });
    expect(await database.run('select id from things')).to.deep.equal([]);
    end();
    await long;
    expect(await database.run('select id from things')).to.deep.equal([{ id: 1 }]);
  });

  it('is named, with the reason, when it cannot be opened', () => {
    expect(() => new Database({ url: `sqlite:${folder}`, root: folder })).to.throw(/cannot be reached/);
  });
});

describe('The URL of a database', () => {
  for (const [url, reason] of [
    ['nothing', 'is no kind of database'],
    ['oracle://host/name', '"oracle:" is no kind of database'],
    ['sqlite:', 'names no file'],
    ['postgres:///name', 'names no host'],
  ] as const) {
    it(`is refused: ${url}`, () => {
      expect(() => new Database({ url })).to.throw(reason);
    });
  }

  it('is not shown when it is wrong, for it may hold a password', () => {
    expect(() => new Database({ url: 'oracle://me:secret@host/name' }))
      .to.throw()
      .with.property('message')
      .not.include('secret');
  });
});
