import { expect } from 'chai';
import { type Application, as, open } from './app.ts';

interface List {
  readonly data: readonly (Record<string, unknown> & { readonly id: string })[];
  readonly page: { readonly size: number; readonly next: string | null; readonly previous: string | null };
  readonly count?: number;
}

interface Problem {
  readonly code: string;
  readonly faults: readonly { readonly pointer: string; readonly message: string }[];
}

async function withArticles(kernel: Application, titles: readonly string[]): Promise<readonly string[]> {
  const rows = titles.map((title) => ({ title }));
  const { data } = (await as(kernel, 'root')('POST', '/news/articles', rows)).json<List>();
  return data.map(({ id }) => id);
}

describe('A list', () => {
  it('goes on where its links lead', async () => {
    await using kernel = await open();
    const root = as(kernel, 'root');
    await withArticles(kernel, ['a', 'b', 'c', 'd', 'e']);
    const seen: unknown[] = [];
    let url: string | undefined = '/news/articles?sort=-title&page[size]=2&fields=title&count=exact';
    let pages = 0;
    while (url !== undefined) {
      const answer = await root('GET', url);
      const { data, count, page }: List = answer.json();
      seen.push(...data.map(({ title }) => title));
      expect([count, page.size]).to.deep.equal([5, 2]);
      url = /<([^>]+)>; rel="next"/.exec(String(answer.headers.link))?.[1];
      pages += 1;
      if (pages === 2) expect(answer.headers.link).to.include('rel="prev"');
    }
    expect(seen).to.deep.equal(['e', 'd', 'c', 'b', 'a']);
  });

  it('tells all that is wrong with its query at once', async () => {
    await using kernel = await open();
    const answer = await as(kernel, 'root')(
      'GET',
      '/news/articles?fields=nothing&sort=body&bad=1&page[size]=x&filter={"nowhere":{"eq":1}}&deleted=perhaps',
    );
    expect(answer.status).to.equal(400);
    const pointers = answer.json<Problem>().faults.map(({ pointer }) => pointer);
    expect(pointers).to.include.members(['/deleted', '/bad', '/filter/nowhere']);
    expect(pointers.length).to.equal(new Set(pointers).size);
    for (const name of ['fields', 'sort', 'page']) {
      expect(
        pointers.some((pointer) => pointer.startsWith(`/${name}`)),
        name,
      ).to.equal(true);
    }
  });

  it('is no oracle for fields that callers may not read', async () => {
    await using kernel = await open();
    await withArticles(kernel, ['a']);
    const root = as(kernel, 'root');
    const filter = encodeURIComponent('{"secret":{"startsWith":"h"}}');
    const nested = encodeURIComponent('{"author":{"password":{"eq":"x"}}}');
    for (const query of [
      `filter=${filter}`,
      `filter=${nested}`,
      'sort=secret',
      'fields=secret',
      'include=author(fields=password)',
      `include=comments(filter={"article":{"secret":{"eq":"hidden"}}})`,
    ]) {
      const answer = await root('GET', `/news/articles?${query}`);
      expect([400, 403], `${query} ${answer.body}`).to.include(answer.status);
    }
    expect((await root('GET', `/news/articles?filter=${filter}`)).status).to.equal(403);
    for (const query of ['groupBy=secret', 'min=secret', `count=true&filter=${filter}`]) {
      expect((await root('GET', `/news/articles/aggregate?${query}`)).status, query).to.equal(403);
    }
    const search = await root('POST', '/news/articles/search', { filter: { secret: { eq: 'x' } } });
    expect(search.status).to.equal(403);
  });

  it('does not read along what is not served', async () => {
    await using kernel = await open();
    const answer = await as(kernel, 'root')('GET', '/news/articles?include=drafts');
    expect([answer.status, answer.json<Problem>().faults[0]?.pointer]).to.deep.equal([
      400,
      '/include/drafts',
    ]);
    expect((await as(kernel, 'root')('GET', '/news/internals')).status).to.equal(404);
  });

  it('of what belongs to a row is there for who may see the row', async () => {
    await using kernel = await open();
    const root = as(kernel, 'root');
    const [one = '', other = ''] = await withArticles(kernel, ['one', 'other']);
    for (const [text, articleId] of [
      ['a', one],
      ['b', one],
      ['c', other],
    ]) {
      await root('POST', '/news/comments', { text, articleId });
    }
    const { data } = (await root('GET', `/news/articles/${one}/comments?sort=-text`)).json<List>();
    expect(data.map(({ text }) => text)).to.deep.equal(['b', 'a']);
    const filtered = await root(
      'GET',
      `/news/articles/${one}/comments?filter={"text":{"eq":"a"}}&count=exact`,
    );
    expect(filtered.json<List>().count).to.equal(1);
    expect((await as(kernel)('GET', `/news/articles/${one}/comments`)).status).to.equal(404);

    const tag = (await root('POST', '/news/tags', { name: 'new' })).json<{ id: string }>();
    await kernel.service('data').repository('press.article').attach(one, 'tags', tag.id, { weight: 3 });
    expect((await root('GET', `/news/articles/${one}/tags`)).json<List>().data).to.deep.equal([tag]);
    expect((await root('GET', `/news/articles/${other}/tags`)).json<List>().data).to.deep.equal([]);
  });

  it('shows deleted rows to who may restore them', async () => {
    await using kernel = await open();
    const [id = ''] = await withArticles(kernel, ['a', 'b']);
    await as(kernel, 'root')('DELETE', `/news/articles/${id}`);
    const { data } = (await as(kernel, 'root')('GET', '/news/articles?deleted=only')).json<List>();
    expect(data.map((row) => row.id)).to.deep.equal([id]);
    expect((await as(kernel, 'intern')('GET', '/news/articles?deleted=only')).status).to.equal(403);
  });
});

describe('A search', () => {
  it('takes in its body what a list takes in its query', async () => {
    await using kernel = await open();
    const root = as(kernel, 'root');
    await withArticles(kernel, ['red apple', 'green apple', 'red rose']);
    const answer = await root('POST', '/news/articles/search', {
      search: 'apple',
      filter: { title: { startsWith: 'red' } },
      fields: ['title'],
      count: 'exact',
    });
    const { data, count } = answer.json<List>();
    expect([data.map(({ title }) => title), count]).to.deep.equal([['red apple'], 1]);
    const [{ id } = { id: '' }] = data;
    await root('DELETE', `/news/articles/${id}`);
    const deleted = await root('POST', '/news/articles/search', { deleted: 'only' });
    expect(deleted.json<List>().data.map((row) => row.id)).to.deep.equal([id]);
    expect(
      (await as(kernel, 'intern')('POST', '/news/articles/search', { deleted: 'only' })).status,
    ).to.equal(403);
    expect((await root('POST', '/news/articles/search', { deleted: 'perhaps', view: 7 })).status).to.equal(
      400,
    );
    expect((await root('POST', '/news/articles/search', [1])).status).to.equal(400);
    expect((await root('POST', '/news/articles/search', { fields: 'title' })).status).to.equal(400);
  });
});

describe('An aggregate', () => {
  it('counts and sums up, for who may', async () => {
    await using kernel = await open();
    const root = as(kernel, 'root');
    await root('POST', '/news/articles', [
      { title: 'a', views: 2 },
      { title: 'b', views: 3 },
    ]);
    const answer = await root('GET', '/news/articles/aggregate?groupBy=state&count=true&sum=views');
    expect(answer.json()).to.deep.equal({
      data: [{ group: { state: 'draft' }, count: 2, sum: { views: 5 } }],
    });
    expect((await as(kernel, 'intern')('GET', '/news/articles/aggregate?count=true')).status).to.equal(403);
    expect((await as(kernel)('GET', '/news/tags/aggregate?count=true')).status).to.equal(200);
    const wrong = await root('GET', '/news/articles/aggregate?count=perhaps&sum=nothing&x=1');
    expect(wrong.status).to.equal(400);
    const { faults } = wrong.json<{ faults: { pointer: string }[] }>();
    expect(faults.map(({ pointer }) => pointer)).to.have.members(['/count', '/x', '/sum']);
  });
});
