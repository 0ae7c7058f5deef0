import { compileEntities, Database, DataContext, defineEntity, parseQuery, Type } from 'backplane/data';
import { expect } from 'chai';
import { createTable } from '../../kernel/data/table/build.ts';
import { tablesOf } from '../../kernel/data/table/table.ts';
import { route } from '../../kernel/http/index.ts';
import { serve } from './serving.ts';

const Note = defineEntity('blog.note', {
  fields: {
    slug: Type.String({ maxLength: 20, unique: true, pattern: '^[a-z]+$' }),
    stars: Type.Optional(Type.Integer({ minimum: 1, index: true })),
    secret: Type.Optional(Type.String({ read: false })),
  },
  timestamps: true,
});
const catalog = compileEntities([{ value: Note, owner: 'blog' }]);

describe('What a client does wrong with rows', () => {
  let database: Database;
  let server: ReturnType<typeof serve>['server'];
  let lines: ReturnType<typeof serve>['lines'];

  before(async () => {
    database = new Database({ url: 'sqlite::memory:' });
    for (const table of tablesOf(catalog))
      for (const sql of createTable(database.knex, 'sqlite', table, true)) await database.knex.raw(sql);
    const data = new DataContext({ databases: { get: () => database }, catalog });
    const notes = data.repository(Note);
    await notes.create({ slug: 'taken' });
    const Id = Type.Object({ id: Type.String() });
    const values = [
      route.get('/notes/:id', { params: Id }, ({ params }) => notes.findOrFail(params.id)),
      route.get('/starred/:id', { params: Id }, ({ params }) =>
        notes
          .query()
          .where('stars', params.id as never)
          .get(),
      ),
      route.get('/notes', ({ req }) => {
        const query = new URL(req.url, 'http://localhost').searchParams;
        return data.reader().list('blog.note', parseQuery('blog.note', query));
      }),
      route.post('/notes', { body: Type.Unknown() }, ({ body }) => notes.create(body as never)),
    ];
    ({ server, lines } = serve([{ name: 'blog', values }]));
  });
  after(() => database.close());

  for (const [method, url, body, status, code] of [
    ['GET', '/blog/notes/x', undefined, 404, 'ROW_NOT_FOUND'],
    ['GET', '/blog/notes/01a1fe1f-a99b-7450-b21d-fe95c9a45bcb', undefined, 404, 'ROW_NOT_FOUND'],
    ['GET', '/blog/starred/many', undefined, 400, 'QUERY_INVALID'],
    ['GET', '/blog/notes?filter={"stars":{"eq":"x"}}', undefined, 400, 'QUERY_INVALID'],
    ['GET', '/blog/notes?filter={"secret":{"eq":"x"}}', undefined, 403, 'QUERY_FORBIDDEN'],
    ['GET', '/blog/notes?page[after]=x', undefined, 400, 'CURSOR_INVALID'],
    ['POST', '/blog/notes', { slug: 'taken' }, 409, 'ROW_DUPLICATE'],
    ['POST', '/blog/notes', { slug: 'A', stars: 0 }, 422, 'ROW_INVALID'],
    ['POST', '/blog/notes', [1], 422, 'ROW_INVALID'],
  ] as const) {
    it(`is said by ${code} for ${method} ${url} ${body === undefined ? '' : JSON.stringify(body)}`, async () => {
      const response = await server.inject(method, encodeURI(url), { body });
      expect(response.json()).to.include({ status, code });
      expect(response.headers['content-type']).to.equal('application/problem+json');
      expect(response.body).not.to.match(/blog_notes|sqlite|insert into|select/i);
      expect(lines).to.deep.equal([]);
    });
  }
});
