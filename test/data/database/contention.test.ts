import { Database } from 'backplane/data';
import { expect } from 'chai';
import { Post, User } from '../support/blog.ts';
import { errorOf, openBlog } from '../support/blog-data.ts';
import { onEveryDatabase, urlOf, withName } from '../support/databases.ts';
import { createThings, moment, thingsIn } from '../support/things.ts';

onEveryDatabase('A pool that is exhausted', (open) => {
  it('is named on every path, and serves again afterwards', async () => {
    const { database, data, user } = await openBlog((options) =>
      open({ connections: 1, acquireTimeout: 50, ...options }),
    );
    const author = await user();
    const begun = moment();
    const mayEnd = moment();
    const long = database.transaction(() => {
      begun.now();
      return mayEnd.come;
    });
    await begun.come;
    const posts = data.repository(Post);
    const values = { title: 'a', slug: 'a', authorId: author.id };
    const writes: readonly (() => unknown)[] = [
      () => posts.create(values),
      () => posts.createMany([values, { ...values, slug: 'b' }]),
      () => posts.query().where('slug', 'a').update({ views: 1 }),
      () => posts.query().forceDelete(),
      () => database.transaction(async () => {}),
      () => database.session(async () => {}),
      () => database.execute(`update blog_posts set views = 1`),
      () => database.knex('blog_posts').delete(),
    ];
    const reads: readonly (() => unknown)[] = [
      () => data.repository(User).find(author.id),
      () => data.repository(User).query().get(),
      () => data.repository(User).count(),
    ];
    for (const use of [...writes, ...reads]) {
      const error = await errorOf(async () => use());
      expect(error.code, String(use)).to.equal('CONNECTIONS_EXHAUSTED');
      expect(error.message).to.include('1 of 1').and.to.include('50 ms');
    }
    mayEnd.now();
    await long;
    expect(await posts.create(values)).to.include({ slug: 'a' });
  });
});

onEveryDatabase(
  'A deadlock',
  (open, dialect) => {
    /** Two transactions that each change the two rows, in opposite order. */
    async function deadlock(
      database: Database,
      change: (id: number, by: string) => Promise<unknown>,
      retries = 0,
      within = (work: () => Promise<unknown>): Promise<unknown> => work(),
    ): Promise<readonly PromiseSettledResult<unknown>[]> {
      await database.knex('things').insert([{ id: 1 }, { id: 2 }]);
      const both = [moment(), moment()] as const;
      return Promise.allSettled(
        [0, 1].map((me) =>
          within(() =>
            database.transaction(
              async () => {
                await change(me + 1, `${me}`);
                both[me]?.now();
                await both[1 - me]?.come;
                await change(2 - me, `${me}`);
              },
              { retries },
            ),
          ),
        ),
      );
    }

    for (const [path, change] of [
      [
        'a statement',
        (database: Database, id: number) => database.run(`update things set name = 'a' where id = ${id}`),
      ],
      [
        'knex',
        (database: Database, id: number) => database.knex('things').where({ id }).update({ name: 'a' }),
      ],
    ] as const) {
      it(`ends one of the two, which is told that it may try again, by ${path}`, async () => {
        const database = await createThings(await open());
        const outcomes = await deadlock(database, async (id) => change(database, id));
        const [failed, ...more] = outcomes.filter((outcome) => outcome.status === 'rejected');
        expect(more).to.deep.equal([]);
        expect(failed?.reason).to.have.property('code', 'TRANSACTION_CONFLICT');
        expect(failed?.reason.message).to.include('deadlock').and.to.include('tried again');
      });
    }

    it('is survived by both with a retry', async () => {
      const database = await createThings(await open());
      const outcomes = await deadlock(
        database,
        async (id, by) => database.knex('things').where({ id }).update({ name: by }),
        1,
      );
      expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'fulfilled']);
      const names = (await database.knex('things').pluck('name')) as string[];
      expect(new Set(names).size).to.equal(1);
    });

    it('is known at the end, though it was caught', async () => {
      const database = await createThings(await open());
      const outcomes = await deadlock(database, async (id) => {
        await Promise.resolve(database.run(`update things set name = 'a' where id = ${id}`)).catch(() => {});
      });
      const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(failed.map(({ reason }) => reason.code)).to.deep.equal(['TRANSACTION_CONFLICT']);
    });

    it('is survived within a session, too', async () => {
      const database = await createThings(await open());
      const both: Promise<readonly PromiseSettledResult<unknown>[]> = deadlock(
        database,
        async (id, by) => database.knex('things').where({ id }).update({ name: by }),
        1,
        (work) => database.session(work),
      );
      expect((await both).map(({ status }) => status)).to.deep.equal(['fulfilled', 'fulfilled']);
    });

    it('leaves nothing of the transaction that catches it and goes on', async () => {
      const database = await createThings(await open());
      const outcomes = await deadlock(database, async (id, by) => {
        if (id === 2 && by === '0') await database.run('insert into things (id) values (10)');
        if (id === 1 && by === '1') await database.run('insert into things (id) values (11)');
        const caught = await database
          .transaction(async () => database.run(`update things set name = 'a' where id = ${id}`))
          .then(
            () => undefined,
            (error) => error,
          );
        // PostgreSQL takes the inner one back, and would go on.
        if (caught && dialect === 'postgres') throw caught;
        if (caught)
          await Promise.resolve(database.run('insert into things (id) values (99)')).catch(() => {});
      });
      const [failed, ...more] = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(more).to.deep.equal([]);
      expect(failed?.reason).to.have.property('code', 'TRANSACTION_CONFLICT');
      const ids = await thingsIn(database);
      expect(ids).to.have.length(3);
      expect(ids).not.to.include(99);
    });
  },
  { dialects: ['postgres', 'mysql'] },
);

onEveryDatabase(
  'A transaction that reads what another changes',
  (open) => {
    it('is told that it may try again', async () => {
      const database = await createThings(await open());
      await database.knex('things').insert({ id: 1, name: 'a' });
      const error = await errorOf(
        database.transaction(async () => {
          await database.run('set transaction isolation level serializable');
          await database.run('select name from things where id = 1');
          await writeAsAnother(database);
          await database.run(`update things set name = 'mine' where id = 1`);
        }),
      );
      expect(error.code).to.equal('TRANSACTION_CONFLICT');
      expect(error.message).to.include('serialization');
    });
  },
  { dialects: ['postgres'] },
);

/** Writes as somebody else, outside of the transaction that is running. */
async function writeAsAnother(database: Database): Promise<void> {
  const [row] = await database.run('select current_database() as name');
  await using another = new Database({ url: withName(urlOf('postgres'), String(row?.name)) });
  await another.run(`update things set name = 'theirs' where id = 1`);
}
