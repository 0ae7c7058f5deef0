import { Database } from 'backplane/data';
import { expect } from 'chai';
import { errorOf } from '../support/blog-data.ts';
import { onEveryDatabase, urlOf } from '../support/databases.ts';
import { createThings, thingsIn } from '../support/things.ts';

onEveryDatabase(
  'A pool whose connections were all cut',
  (open, dialect) => {
    const connections = 6;
    const onPostgres = dialect === 'postgres';
    const ownId = onPostgres ? 'select pg_backend_pid() as id' : 'select connection_id() as id';
    const kill = (id: unknown): string =>
      onPostgres ? `select pg_terminate_backend(${Number(id)})` : `kill ${Number(id)}`;
    const running = (id: unknown): string =>
      onPostgres
        ? `select pid from pg_stat_activity where pid = ${Number(id)} and query like 'insert%' and state = 'active'`
        : `select id from information_schema.processlist where id = ${Number(id)} and info like 'insert%'`;
    const slowWrite = `insert into things (id, name) select 1, ${onPostgres ? 'cast(pg_sleep(2) as text)' : 'sleep(2)'}`;
    const anotherDatabase = (): Database => new Database({ url: urlOf(dialect) });

    /** As many sessions as the pool holds, idle, and all ended by the server. */
    async function cutAll(database: Database): Promise<void> {
      const ids: unknown[] = [];
      let inside = 0;
      const all = Promise.withResolvers<void>();
      await Promise.all(
        Array.from({ length: connections }, () =>
          database.session(async () => {
            const [row] = await database.run(ownId);
            ids.push(row?.id);
            inside += 1;
            if (inside === connections) all.resolve();
            await all.promise;
          }),
        ),
      );
      expect(new Set(ids).size).to.equal(connections);
      await using killer = anotherDatabase();
      for (const id of ids) await killer.execute(kill(id));
    }

    it('answers all reads that come at once', async () => {
      const database = await createThings(await open({ connections }));
      for (let round = 0; round < 3; round += 1) {
        await cutAll(database);
        const answers = await Promise.all(Array.from({ length: 40 }, () => database.run('select 1 as one')));
        expect(answers).to.have.length(40);
      }
    });

    it('answers all reads that were under way', async () => {
      const database = await createThings(await open({ connections }));
      const slowRead = onPostgres ? `select cast(pg_sleep(0.02) as text) as a` : 'select sleep(0.02) as a';
      await using killer = anotherDatabase();
      const [name] = await database.run(
        onPostgres ? 'select current_database() as name' : 'select database() as name',
      );
      const everybody = onPostgres
        ? `select pid as id from pg_stat_activity where datname = '${name?.name}'`
        : `select id from information_schema.processlist where db = '${name?.name}'`;
      let isOver = false;
      const readers = Array.from({ length: 20 }, async () => {
        while (!isOver) await database.run(slowRead);
      });
      const reading = Promise.all(readers);
      reading.catch(() => {});
      for (let round = 0; round < 3; round += 1) {
        const ids = (await killer.run(everybody)).map(({ id }) => id);
        // One may have ended by itself.
        await Promise.allSettled(ids.map((id) => killer.execute(kill(id))));
        await database.run(slowRead);
      }
      isOver = true;
      await reading;
    });

    it('answers reads one after the other', async () => {
      const database = await createThings(await open({ connections }));
      await cutAll(database);
      for (let read = 0; read < connections; read += 1) expect(await thingsIn(database)).to.deep.equal([]);
    });

    it('begins transactions on new ones', async () => {
      const database = await createThings(await open({ connections }));
      await cutAll(database);
      await Promise.all(
        Array.from({ length: 10 }, (_, id) =>
          database.transaction(async () => database.run(`insert into things (id) values (${id})`)),
        ),
      );
      expect(await thingsIn(database)).to.have.length(10);
    });

    it('repeats no write that was cut off', async () => {
      const database = await createThings(await open({ connections: 1, statementTimeout: 0 }));
      const [row] = await database.run(ownId);
      const write = errorOf(async () => database.run(slowWrite));
      await using killer = anotherDatabase();
      while ((await killer.run(running(row?.id))).length === 0);
      await killer.execute(kill(row?.id));
      // Repeated, it would have succeeded.
      expect((await write).message).not.to.equal('It did not fail.');
      expect(await thingsIn(database)).to.deep.equal([]);
    });
  },
  { dialects: ['postgres', 'mysql'] },
);
