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

describe('Several rows', () => {
  it('are made all or none', async () => {
    await using kernel = await open();
    const root = as(kernel, 'root');
    const answer = await root('POST', '/news/articles', [{ title: 'a' }, { title: '' }, {}]);
    expect(answer.status).to.equal(422);
    expect(answer.json<Problem>().faults.map(({ pointer }) => pointer)).to.deep.equal([
      '/1/title',
      '/2/title',
    ]);
    expect((await root('GET', '/news/articles')).json<List>().data).to.deep.equal([]);
  });

  it('are changed all or none, each by its id', async () => {
    await using kernel = await open();
    const root = as(kernel, 'root');
    const [one = '', two = ''] = await withArticles(kernel, ['one', 'two']);
    const wrong = await root('PATCH', '/news/articles', [
      { id: one, title: 'new' },
      { id: two, title: '', nothing: 1 },
    ]);
    expect(wrong.status).to.equal(422);
    expect(wrong.json<Problem>().faults.map(({ pointer }) => pointer)).to.have.members([
      '/1/title',
      '/1/nothing',
    ]);
    expect((await root('GET', `/news/articles/${one}`)).json()).to.include({ title: 'one' });
    const right = await root('PATCH', '/news/articles', [
      { id: two, views: 2 },
      { id: one, title: 'new' },
    ]);
    expect(right.json<List>().data.map(({ title, views }) => [title, views])).to.deep.equal([
      ['two', 2],
      ['new', 0],
    ]);
    const gone = { id: '019b7a2e-6c00-7000-8000-000000000001', title: 'x' };
    expect((await root('PATCH', '/news/articles', [{ id: one, title: 'no' }, gone])).status).to.equal(404);
    expect((await root('GET', `/news/articles/${one}`)).json()).to.include({ title: 'new' });
  });

  it('are deleted all or none, and never without being named', async () => {
    await using kernel = await open();
    const root = as(kernel, 'root');
    const ids = await withArticles(kernel, ['one', 'two', 'three']);
    expect((await root('DELETE', '/news/articles')).status).to.equal(400);
    expect((await root('DELETE', '/news/articles?ids=')).status).to.equal(400);
    const unknown = '019b7a2e-6c00-7000-8000-000000000001';
    expect((await root('DELETE', `/news/articles?ids=${ids[0]},${unknown}`)).status).to.equal(404);
    expect((await root('GET', '/news/articles')).json<List>().data).to.have.length(3);
    expect((await root('DELETE', `/news/articles?ids=${ids.slice(1).join()}`)).status).to.equal(204);
    expect((await root('GET', '/news/articles')).json<List>().data.map(({ id }) => id)).to.deep.equal([
      ids[0],
    ]);
  });

  it('are as many as the settings say at most', async () => {
    await using kernel = await open({ bulkRows: 2 });
    const rows = [{ title: 'a' }, { title: 'b' }, { title: 'c' }];
    const answer = await as(kernel, 'root')('POST', '/news/articles', rows);
    expect([answer.status, answer.json<Problem>().code]).to.deep.equal([422, 'ROWS_TOO_MANY']);
  });
});
