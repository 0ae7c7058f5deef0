import { Database } from 'backplane/data';
import { expect } from 'chai';
import { errorOf } from '../support/blog-data.ts';
import { onEveryDatabase, urlOfDatabase } from '../support/databases.ts';
import { type Gateway, openGateway } from '../support/gateway.ts';
import { createThings, moment, thingsIn } from '../support/things.ts';

onEveryDatabase(
  'A server that is lost',
  (open, dialect) => {
    const onPostgres = dialect === 'postgres';
    const ownId = onPostgres ? 'select pg_backend_pid() as id' : 'select connection_id() as id';
    const sleep = (seconds: number): string =>
      onPostgres ? `select cast(pg_sleep(${seconds}) as text) as a` : `select sleep(${seconds}) as a`;
    const insert = 'insert into things (id) values (1)';

    async function begin(statementTimeout = 5000): Promise<[Database, Gateway, Database]> {
      const direct = await createThings(await open());
      const gateway = await openGateway(await urlOfDatabase(direct));
      const database = new Database({
        url: gateway.url,
        connections: 3,
        acquireTimeout: 500,
        statementTimeout,
      });
      after(() => database.close());
      await database.run('select 1 as one');
      return [database, gateway, direct];
    }
    const codesOf = async (works: readonly (() => unknown)[]): Promise<readonly (string | undefined)[]> =>
      (await Promise.all(works.map(errorOf))).map(({ code }) => code);

    /** Ends the session of the transaction that this is called in. */
    async function killOwn(database: Database, killer: Database): Promise<void> {
      const [row] = await database.run(ownId);
      const id = Number(row?.id);
      await killer.execute(onPostgres ? `select pg_terminate_backend(${id})` : `kill ${id}`);
      const alive = onPostgres
        ? `select pid from pg_stat_activity where pid = ${id}`
        : `select id from information_schema.processlist where id = ${id}`;
      while ((await killer.run(alive)).length > 0);
    }

    it('is said to be unreachable, by everything that asks it', async () => {
      const [database, gateway] = await begin();
      await gateway.vanish();
      const codes = await codesOf([
        async () => database.run('select 1 as one'),
        async () => database.run(insert),
        () => database.transaction(async () => database.run(insert)),
        () => database.session(async () => database.run(insert)),
        () => database.knex('things').select(),
      ]);
      expect(new Set(codes)).to.deep.equal(new Set(['DATABASE_UNREACHABLE']));
      const { ok, error } = await database.health();
      expect([ok, error]).to.deep.equal([false, 'connect ECONNREFUSED '.concat(new URL(gateway.url).host)]);
    });

    it('is not waited for when it is silent, nor by close()', async () => {
      const [database, gateway] = await begin(100);
      gateway.fallSilent();
      const held = errorOf(database.transaction(async () => database.run(insert)));
      const [read] = await codesOf([async () => database.run('select 1 as one')]);
      expect(read).to.be.oneOf(['STATEMENT_TIMED_OUT', 'DATABASE_UNREACHABLE']);
      expect((await held).code).to.be.oneOf(['STATEMENT_TIMED_OUT', 'DATABASE_UNREACHABLE']);
      await database.close();
    }).timeout(20_000);

    it('may have done the write that it does not answer to', async () => {
      const [database, gateway] = await begin(100);
      gateway.fallSilent();
      expect(await codesOf([async () => database.run(insert)])).to.deep.equal(['OUTCOME_UNKNOWN']);
    }).timeout(20_000);

    it('lets a statement wait for others of its connection', async () => {
      const [database] = await begin(1500);
      // Sent at once: the last is answered after more time than one may take.
      await database.session(() =>
        Promise.all(Array.from({ length: 5 }, async () => database.run(sleep(1)))),
      );
    }).timeout(20_000);

    it('has kept nothing of a transaction whose connection it ended, before the commit too', async () => {
      const database = await createThings(await open());
      const killer = await open();
      const codes = await codesOf([
        () =>
          database.transaction(async () => {
            await database.run(insert);
            await killOwn(database, killer);
          }),
        () =>
          database.transaction(async () => {
            await killOwn(database, killer);
            await database.run(insert);
          }),
        () =>
          database.transaction(async () => {
            await database
              .transaction(async () => {
                await killOwn(database, killer);
                await database.run(insert);
              })
              .catch(() => {});
          }),
      ]);
      expect(new Set(codes)).to.deep.equal(new Set(['TRANSACTION_LOST']));
      expect(await thingsIn(database)).to.deep.equal([]);
    });

    it('runs a lost transaction again if it was told to', async () => {
      const database = await createThings(await open());
      const killer = await open();
      let attempts = 0;
      await database.transaction(
        async () => {
          attempts += 1;
          if (attempts === 1) await killOwn(database, killer);
          await database.run(insert);
        },
        { retries: 1 },
      );
      expect(await thingsIn(database)).to.deep.equal([1]);
    });

    it('leaves those who wait for a connection of a database that is closed with an error that says so', async () => {
      const database = await createThings(await open({ connections: 1 }));
      const holding = Promise.withResolvers<void>();
      const begun = moment();
      const held = database.transaction(() => {
        begun.now();
        return holding.promise;
      });
      await begun.come;
      const waiting = errorOf(async () => database.run(insert));
      const closed = database.close();
      expect((await waiting).code).to.equal('DATABASE_CLOSED');
      holding.resolve();
      await Promise.allSettled([held, closed]);
    });
  },
  { dialects: ['postgres', 'mysql'] },
);
