import { expect } from 'chai';
import { as, open } from './app.ts';

interface Row {
  readonly id: string;
  readonly title: string;
  readonly [name: string]: unknown;
}

describe('A row', () => {
  it('is made, read, changed and deleted', async () => {
    await using kernel = await open();
    const root = as(kernel, 'root');
    const made = await root('POST', '/news/articles', { title: 'One' });
    expect(made.status).to.equal(201);
    const { id } = made.json<Row>();
    expect(made.headers.location).to.equal(`/news/articles/${id}`);
    expect(made.json()).to.include({ title: 'One', state: 'draft' }).and.not.have.property('secret');

    const read = await root('GET', `/news/articles/${id}`);
    expect(read.json()).to.deep.equal(made.json());
    expect(read.headers.etag).to.equal(made.headers.etag);

    const changed = await root(
      'PATCH',
      `/news/articles/${id}`,
      { title: 'Two' },
      { 'content-type': 'application/merge-patch+json' },
    );
    expect(changed.json()).to.include({ title: 'Two', state: 'draft' });
    expect((await root('DELETE', `/news/articles/${id}`)).status).to.equal(204);
    expect((await root('GET', `/news/articles/${id}`)).status).to.equal(404);
    expect((await root('POST', `/news/articles/${id}/restore`)).json()).to.include({ title: 'Two' });
    expect((await root('PUT', `/news/articles/${id}`, {})).headers.allow).to.equal(
      'DELETE, GET, HEAD, OPTIONS, PATCH',
    );
  });

  it('is kept by no cache for somebody else', async () => {
    await using kernel = await open({}, ['security']);
    const { id } = (await as(kernel, 'root')('POST', '/news/articles', { title: 'One' })).json<Row>();
    const path = `/news/articles/${id}`;
    const read = await as(kernel, 'root')('GET', path);
    const known = { 'if-none-match': String(read.headers.etag) };
    const again = await as(kernel, 'root')('GET', path, undefined, known);
    for (const { headers } of [read, again]) {
      expect(headers['cache-control']).to.equal('private, no-cache');
      expect(headers.vary).to.include('authorization, x-api-key');
    }
    const missing = await as(kernel)('GET', path);
    expect(missing.status).to.equal(404);
    expect(missing.headers.vary).to.include('authorization, x-api-key');
    expect(missing.headers).to.not.have.property('cache-control');
  });

  it('is answered with what is asked of it', async () => {
    await using kernel = await open();
    const root = as(kernel, 'root');
    const author = (await root('POST', '/news/authors', { name: 'Ann', password: 'x' })).json<Row>();
    const made = await root('POST', '/news/articles?fields=title&include=author(fields=name)', {
      title: 'One',
      authorId: author.id,
    });
    const { id } = made.json<Row>();
    expect(made.json()).to.deep.equal({ id, title: 'One', author: { id: author.id, name: 'Ann' } });
  });

  it('cannot be given what is not for callers to set', async () => {
    await using kernel = await open();
    const answer = await as(kernel, 'root')('POST', '/news/articles', {
      title: 'One',
      stamp: 'mine',
      id: '019b7a2e-6c00-7000-8000-000000000001',
      createdAt: '2020-01-01T00:00:00.000Z',
      author: { name: 'Eve' },
      nothing: 1,
    });
    expect(answer.status).to.equal(422);
    const { faults, code } = answer.json<{ code: string; faults: { in: string; pointer: string }[] }>();
    expect(code).to.equal('INPUT_INVALID');
    expect(faults.map((fault) => `${fault.in} ${fault.pointer}`)).to.have.members([
      'body /stamp',
      'body /id',
      'body /createdAt',
      'body /author',
      'body /nothing',
    ]);
  });

  it('is only for who may see it, and only they may know of it', async () => {
    await using kernel = await open();
    const { id } = (await as(kernel, 'root')('POST', '/news/articles', { title: 'Draft' })).json<Row>();
    expect((await as(kernel)('GET', `/news/articles/${id}`)).status).to.equal(404);
    expect((await as(kernel, 'eve')('PATCH', `/news/articles/${id}`, { title: 'x' })).status).to.equal(403);
    const nobody = await as(kernel)('POST', '/news/articles', { title: 'x' });
    expect(nobody.status).to.equal(401);
    expect(nobody.headers['www-authenticate']).to.include('ApiKey header="x-user"');
    expect((await as(kernel, 'intern')('GET', `/news/articles/${id}`)).json()).to.deep.equal({
      id,
      title: 'Draft',
      state: 'draft',
    });
    const forbidden = await as(kernel, 'intern')('GET', `/news/articles/${id}?fields=secret`);
    expect(forbidden.status).to.equal(403);
  });

  it('comes as JSON, and no page of somebody else sends a form', async () => {
    await using kernel = await open();
    const form = await as(kernel, 'root')('POST', '/news/articles', 'title=One', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(form.status).to.equal(415);
  });
});

for (const [what, path, input, change] of [
  ['with timestamps', '/news/articles', { title: 'One' }, { title: 'Two' }],
  ['without timestamps', '/news/tags', { name: 'one' }, { name: 'two' }],
] as const) {
  describe(`The tag of a row ${what}`, () => {
    it('spares the client to read again what it has', async () => {
      await using kernel = await open();
      const root = as(kernel, 'root');
      const { id } = (await root('POST', path, input)).json<Row>();
      const { headers } = await root('GET', `${path}/${id}`);
      const etag = String(headers.etag);
      expect(etag).to.match(/^"[\w-]+\.[\w-]+"$/);
      const fresh = await root('GET', `${path}/${id}`, undefined, { 'if-none-match': `"x", ${etag}` });
      expect([fresh.status, fresh.body, fresh.headers.etag]).to.deep.equal([304, '', etag]);
      expect((await root('GET', `${path}/${id}?fields=id`)).headers.etag).to.not.equal(etag);
      await root('PATCH', `${path}/${id}`, change);
      const again = await root('GET', `${path}/${id}`, undefined, { 'if-none-match': etag });
      expect(again.status).to.equal(200);
    });

    it('keeps a change from undoing that of somebody else', async () => {
      await using kernel = await open();
      const root = as(kernel, 'root');
      const made = await root('POST', path, input);
      const { id } = made.json<Row>();
      const etag = String(made.headers.etag);
      expect((await root('PATCH', `${path}/${id}`, change, { 'if-match': etag })).status).to.equal(200);
      const lost = await root('PATCH', `${path}/${id}`, input, { 'if-match': etag });
      expect([lost.status, lost.json<Row>().code]).to.deep.equal([412, 'ROW_VERSION_DIFFERS']);
      expect((await root('DELETE', `${path}/${id}`, undefined, { 'if-match': etag })).status).to.equal(412);
      const several = `${etag}, ${(await root('GET', `${path}/${id}`)).headers.etag}`;
      expect((await root('PATCH', `${path}/${id}`, input, { 'if-match': several })).status).to.equal(200);
      expect((await root('DELETE', `${path}/${id}`, undefined, { 'if-match': '*' })).status).to.equal(204);
    });

    it('lets one of two changes through that come at the same time', async () => {
      await using kernel = await open();
      const root = as(kernel, 'root');
      const made = await root('POST', path, input);
      const headers = { 'if-match': String(made.headers.etag) };
      const changes = await Promise.all(
        [1, 2, 3].map(() => root('PATCH', `${path}/${made.json<Row>().id}`, change, headers)),
      );
      expect(changes.map(({ status }) => status).sort()).to.deep.equal([200, 412, 412]);
    });
  });
}

describe('A method', () => {
  it('of a row is called at the row, any other at the list', async () => {
    await using kernel = await open();
    const root = as(kernel, 'root');
    const { id } = (await root('POST', '/news/articles', { title: 'One' })).json<Row>();
    const published = await root('POST', `/news/articles/${id}/publish`, { views: 5 });
    expect(published.json()).to.deep.equal({ id, state: 'published' });
    expect((await root('POST', '/news/articles/count-all')).json()).to.deep.equal({ count: 1 });
    expect((await root('POST', `/news/articles/${id}/publish`, { views: 'x' })).status).to.equal(422);
    expect((await as(kernel, 'eve')('POST', `/news/articles/${id}/publish`)).status).to.equal(403);
  });

  it('that does not say what it returns returns nothing', async () => {
    await using kernel = await open();
    const root = as(kernel, 'root');
    const { id } = (await root('POST', '/news/articles', { title: 'One' })).json<Row>();
    const touched = await root('POST', `/news/articles/${id}/touch`);
    expect([touched.status, touched.body]).to.deep.equal([204, '']);
  });
});
