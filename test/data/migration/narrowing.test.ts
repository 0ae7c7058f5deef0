import {
  addColumn,
  alterColumn,
  createIndex,
  createTable,
  type Database,
  defineMigration,
  type Migration,
  run,
  type Step,
} from 'backplane/data';
import { expect } from 'chai';
import { onEveryDatabase } from '../support/databases.ts';
import { Application, columnsOf, failureOf } from './support.ts';

const one = '00000000-0000-7000-8000-000000000001';
const two = '00000000-0000-7000-8000-000000000002';

const steps = (...given: Step[]): Migration => defineMigration({ steps: given });

const tags = steps(
  createTable({
    name: 'blog_tags',
    columns: [
      { name: 'id', type: 'uuid' },
      { name: 'name', type: 'string(200)' },
      { name: 'note', type: 'text', nullable: true },
    ],
  }),
);
const narrower = alterColumn('blog_tags', { name: 'name', type: 'string(5)' });
const added = addColumn('blog_tags', { name: 'more', type: 'text', nullable: true });
const indexed = createIndex('blog_tags', { name: 'blog_tags_name_index', columns: ['name'] });

onEveryDatabase('A migration that narrows a column', (open) => {
  async function begin(
    rows: readonly object[],
    ...given: Step[]
  ): Promise<[Database, Application, () => Promise<unknown>]> {
    const database = await open();
    const application = await Application.create({
      blog: { '0001_initial': tags, '0002_narrow': steps(...given) },
    });
    await application.migrator(database).migrate({ to: 'blog/0001_initial' });
    if (rows.length > 0) await database.knex('blog_tags').insert(rows);
    return [database, application, () => application.migrator(database).migrate({ allowDestructive: true })];
  }

  const long = [
    { id: one, name: 'ninety', note: null },
    { id: two, name: '😀😀😀😀😀', note: 'kept' },
  ];

  it('is destructive, and refused while rows do not fit, with nothing changed', async () => {
    const [database, application, migrate] = await begin(long, indexed, added, narrower);
    const unasked = await failureOf(application.migrator(database).migrate());
    expect(unasked.code).to.equal('MIGRATION_DESTRUCTIVE');
    const error = await failureOf(migrate());
    expect(error.code).to.equal('MIGRATION_ROWS_UNFIT');
    expect(error).to.have.deep.property('details', {
      key: 'blog/0002_narrow',
      table: 'blog_tags',
      column: 'name',
      limit: 'not longer than 5 characters',
      rows: 1,
    });
    expect(await columnsOf(database, 'blog_tags')).to.deep.equal(['id', 'name', 'note']);
    expect(await database.knex('blog_tags').orderBy('id').select('id', 'name', 'note')).to.deep.equal(long);
    const { migrations } = await application.migrator(database).status();
    expect(migrations[1]?.state).to.equal('pending');
    await database.knex('blog_tags').where({ id: one }).update({ name: 'nine' });
    await migrate();
    expect((await application.migrator(database).status()).migrations[1]?.state).to.equal('applied');
  });

  it('may mend the rows itself', async () => {
    const mend = run(({ knex }) => knex('blog_tags').where({ id: one }).update({ name: 'nine' }));
    const [database, , migrate] = await begin(long, mend, narrower);
    await migrate();
    expect(await database.knex('blog_tags').orderBy('id').pluck('name')).to.deep.equal([
      'nine',
      '😀😀😀😀😀',
    ]);
  });

  it('is refused when a value becomes required and rows have none, or a text becomes a short one', async () => {
    const required = alterColumn('blog_tags', { name: 'note', type: 'string(3)' });
    const [database, , migrate] = await begin(long, required);
    const error = await failureOf(migrate());
    expect(error.message).to.include('not longer than 3 characters and not NULL, and 2 rows have others');
    await database.knex('blog_tags').update({ note: 'new' });
    await migrate();
  });

  it('is refused when a whole number is wanted and rows have something else', async () => {
    const whole = alterColumn('blog_tags', { name: 'note', type: 'integer', nullable: true });
    const [database, application, migrate] = await begin(long, whole);
    expect((await failureOf(migrate())).message).to.include('must be a whole number, and 1 row has another');
    await database.knex('blog_tags').where({ id: two }).update({ note: '-12' });
    await migrate();
    expect(
      (await database.knex('blog_tags').orderBy('id').pluck('note')).map((note) => note && Number(note)),
    ).to.deep.equal([null, -12]);
    const fractional = alterColumn('blog_tags', { name: 'note', type: 'number', nullable: true });
    await application.write('blog', '0003_number', steps(fractional));
    await migrate();
    await database.knex('blog_tags').where({ id: two }).update({ note: 1.5 });
    await application.write('blog', '0004_integer', steps(whole));
    expect((await failureOf(migrate())).code).to.equal('MIGRATION_ROWS_UNFIT');
    expect(await database.knex('blog_tags').where({ id: two }).pluck('note')).to.deep.equal([1.5]);
  });

  it('is undone only where the wide values fit the old column', async () => {
    const wider = alterColumn('blog_tags', { name: 'name', type: 'string(300)' });
    const [database, application, migrate] = await begin([], wider);
    await migrate();
    await database.knex('blog_tags').insert({ id: one, name: 'x'.repeat(201) });
    const error = await failureOf(application.migrator(database).rollback({ steps: 1 }));
    expect(error.code).to.equal('MIGRATION_ROWS_UNFIT');
    expect(await database.knex('blog_tags').pluck('name')).to.deep.equal(['x'.repeat(201)]);
  });
});
