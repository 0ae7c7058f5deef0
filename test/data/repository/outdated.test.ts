import { compileEntities, type Database, DataContext, defineEntity, Type } from 'backplane/data';
import { expect } from 'chai';
import { createTable } from '../../../kernel/data/table/build.ts';
import { tablesOf } from '../../../kernel/data/table/table.ts';
import { errorOf } from '../support/blog-data.ts';
import { onEveryDatabase } from '../support/databases.ts';

const Note = defineEntity('test.note', { fields: { text: Type.String() } });
const Longer = defineEntity('test.note', {
  fields: { text: Type.String(), more: Type.Optional(Type.String()) },
});
const nobody = '01a1fe1f-a99b-7450-b21d-fe95c9a45bcb';

onEveryDatabase('A database that is behind its entities', (open, dialect) => {
  const dataOf = (database: Database, entity: typeof Note | typeof Longer): DataContext =>
    new DataContext({
      databases: { get: () => database },
      catalog: compileEntities([{ value: entity, owner: 'test' }]),
    });

  it('is said to be where a table is missing', async () => {
    const database = await open();
    const data = dataOf(database, Note);
    const notes = data.repository(Note);
    for (const work of [
      () => notes.find(nobody),
      () => notes.all(),
      () => notes.count(),
      () => notes.create({ text: 'one' }),
      () => notes.update(nobody, { text: 'two' }),
      () => notes.delete(nobody),
      () => notes.query().where('text', 'one').update({ text: 'two' }),
      () => data.reader().list('test.note', {}),
    ]) {
      const error = await errorOf(work());
      expect(error).to.include({ code: 'DATABASE_OUTDATED' });
      expect(error.message).to.include('has no table "test_notes"').and.include('backplane db make');
    }
  });

  it('is said to be where a column is missing', async () => {
    const database = await open();
    for (const table of tablesOf(compileEntities([{ value: Note, owner: 'test' }])))
      for (const sql of createTable(database.knex, dialect, table, true)) await database.knex.raw(sql);
    const data = dataOf(database, Longer);
    const notes = data.repository(Longer);
    for (const work of [
      () => notes.find(nobody),
      () => notes.all(),
      () => notes.create({ text: 'one' }),
      () => notes.update(nobody, { more: 'two' }),
      () => data.reader().list('test.note', { fields: ['more'] }),
    ]) {
      const error = await errorOf(work());
      expect(error).to.include({ code: 'DATABASE_OUTDATED' });
      expect(error.message).to.match(/has no column "[^"]*more"/);
    }
  });
});
