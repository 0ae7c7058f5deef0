import { Database } from 'backplane/data';
import { expect } from 'chai';
import { errorOf } from '../support/blog-data.ts';
import { onEveryDatabase, urlOfDatabase } from '../support/databases.ts';
import { createThings } from '../support/things.ts';

onEveryDatabase(
  'A statement whose table another process alters',
  (open, dialect) => {
    const [first, second] = dialect === 'postgres' ? ['$1', '$2'] : ['?', '?'];
    const all = 'select * from things order by id';
    const insert = `insert into things (id, name) values (${first}, ${second})`;

    /** Everything prepared on the one connection, and then altered by another. */
    async function altered(before: string, after: string, value: unknown): Promise<Database> {
      const database = await createThings(await open({ connections: 1 }));
      await using other = new Database({ url: await urlOfDatabase(database) });
      const type = async (name: string): Promise<void> =>
        dialect === 'postgres'
          ? other.execute(`alter table things alter column name type ${name} using name::${name}`)
          : other.execute(`alter table things modify column name ${name}`);
      await type(before);
      await database.run(insert, [1, value]);
      await database.run(all);
      await database.transaction(async () => database.run(all));
      await type(after);
      return database;
    }

    it('reads again by itself', async () => {
      const database = await altered('varchar(50)', 'text', 'a');
      expect(await database.run(all)).to.have.length(1);
    });

    it('writes again by itself, whatever the types were', async () => {
      const cases: readonly [string, string, unknown, unknown][] = [
        ['varchar(50)', 'bigint', '1', 2],
        ['bigint', 'varchar(50)', 1, 'abc'],
        ['bigint', 'double precision', 1, 2.5],
      ];
      for (const [before, after, value, next] of cases) {
        const database = await altered(before, after, value);
        await database.run(insert, [2, next]);
        expect((await database.run(all)).map(({ name }) => name)[1]).to.deep.equal(next);
      }
    });

    it('costs a transaction no more than one attempt', async () => {
      const database = await altered('varchar(50)', 'text', 'a');
      const read = async () => database.run(all);
      expect(await database.transaction(read, { retries: 1 })).to.have.length(1);
      const later = await altered('varchar(50)', 'bigint', '1');
      const write = async () => later.run(insert, [2, 2]);
      if (dialect === 'postgres')
        expect(await errorOf(later.transaction(write))).to.have.property('code', 'TRANSACTION_CONFLICT');
      await later.transaction(write).catch(() => {});
      expect(await later.run(all)).to.have.length(2);
    });

    it('blames a value that fits neither type', async () => {
      const database = await altered('varchar(50)', 'bigint', '1');
      const wrong = async () => database.run(insert, [2, 'abc']);
      expect((await errorOf(wrong)).message).not.to.equal('It did not fail.');
      await database.run(insert, [2, 2]);
    });
  },
  { dialects: ['postgres', 'mysql'] },
);
