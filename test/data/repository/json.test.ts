import { compileEntities, DataContext, defineEntity, Type } from 'backplane/data';
import { expect } from 'chai';
import { createTable } from '../../../kernel/data/table/build.ts';
import { tablesOf } from '../../../kernel/data/table/table.ts';
import { onEveryDatabase } from '../support/databases.ts';

const Note = defineEntity('notes.note', { fields: { value: Type.Unknown() } });
const catalog = compileEntities([{ value: Note, owner: 'notes' }]);

onEveryDatabase('A field of any JSON', (open, dialect) => {
  it('comes back as it was, texts that look like JSON too', async () => {
    const database = await open();
    for (const table of tablesOf(catalog)) {
      for (const sql of createTable(database.knex, dialect, table, true)) await database.knex.raw(sql);
    }
    const data = new DataContext({ databases: { get: () => database }, catalog });
    for (const value of ['text', 'null', '"q"', '{"a":1}', { a: [1, null] }, [1, 'x'], 5, true]) {
      const { id } = await data.repository(Note).create({ value });
      expect((await data.repository(Note).findOrFail(id)).value).to.deep.equal(value);
      expect((await data.reader().get('notes.note', id))?.value).to.deep.equal(value);
    }
  });
});
