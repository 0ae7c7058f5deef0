import { extensionFolder } from 'backplane/testing';
import { expect } from 'chai';
import { as, open } from './app.ts';
import { documentOf } from './openapi-document.ts';

const views = () =>
  extensionFolder({
    'manifest.json': { name: 'views', version: '1.0.0', dependencies: { press: '^1.0.0' } },
    'views/article.ts': `
      import { defineView, Type } from 'backplane';
      export default [
        defineView('press.article', (article, { when, whenLoaded, actor, locale }) => ({
          headline: article.title?.toUpperCase(),
          isMine: when(actor?.id === 'editor', true),
          length: when(article.body, () => String(article.body).length),
          info: { locale, visits: when(actor, article.views) },
          tags: whenLoaded('tags'),
          comments: whenLoaded('comments', (comments) => comments.length),
        }), {
          schema: Type.Object({
            headline: Type.String(), isMine: Type.Optional(Type.Boolean()), length: Type.Optional(Type.Integer()),
            info: Type.Object({ locale: Type.String(), visits: Type.Optional(Type.Integer()) }),
            tags: Type.Optional(Type.Array(Type.Unknown())), comments: Type.Optional(Type.Integer()),
          }),
        }),
        defineView('press.article', ({ title }) => ({ title }), { name: 'short', schema: Type.Object({ title: Type.String() }) }),
        defineView('press.article', ({ title }) => ({ title, old: true }), { version: 'v1' }),
        defineView('press.tag', ({ name }, { whenPivot }) => ({ name, weight: whenPivot('weight') })),
      ];`,
  });

describe('A view', () => {
  it('shows rows in another way, with what is asked for and allowed', async () => {
    using folder = views();
    await using kernel = await open({}, [folder]);
    const [root, editor] = [as(kernel, 'root'), as(kernel, 'editor')];
    const made = await editor('POST', '/news/articles', { title: 'one', body: 'text' });
    const { id, ...shown } = made.json<{ id: string }>();
    expect(shown).to.deep.equal({
      headline: 'ONE',
      isMine: true,
      length: 4,
      info: { locale: 'en', visits: 0 },
    });

    const tag = (await root('POST', '/news/tags', { name: 'new' })).json<{ id: string }>();
    expect(tag).to.deep.equal({ id: tag.id, name: 'new' });
    await kernel.service('data').repository('press.article').attach(id, 'tags', tag.id, { weight: 3 });
    const path = `/news/articles/${id}`;
    const loaded = await root('GET', `${path}?include=tags,comments&fields=headline,tags,comments`);
    expect(loaded.json()).to.deep.equal({
      id,
      headline: 'ONE',
      tags: [{ id: tag.id, name: 'new', weight: 3 }],
      comments: 0,
    });
    expect((await root('GET', `${path}?view=short`)).json()).to.deep.equal({ id, title: 'one' });
    expect((await root('GET', '/news/articles?view=short')).json<{ data: unknown[] }>().data).to.deep.equal([
      { id, title: 'one' },
    ]);
    const searched = await root('POST', '/news/articles/search', { view: 'short' });
    expect(searched.json<{ data: unknown[] }>().data).to.deep.equal([{ id, title: 'one' }]);
    expect((await root('GET', `${path}?view=long`)).status).to.equal(400);
    expect((await root('GET', `${path}?fields=title`)).status).to.equal(400);
  });

  it('has tags by which a row is changed all the same', async () => {
    using folder = views();
    await using kernel = await open({}, [folder]);
    const root = as(kernel, 'root');
    const made = await root('POST', '/news/articles', { title: 'one' });
    const path = String(made.headers.location);
    const { headers } = await root('GET', path);
    const german = await root('GET', path, undefined, { 'accept-language': 'de' });
    expect(german.headers.etag).to.not.equal(headers.etag);
    const ifMatch = { 'if-match': String(headers.etag) };
    expect((await root('PATCH', path, { title: 'two' }, ifMatch)).status).to.equal(200);
    expect((await root('PATCH', path, { title: 'three' }, ifMatch)).status).to.equal(412);
  });

  it('is one for each version of the API', async () => {
    using folder = views();
    await using kernel = await open({ versions: ['v1', 'v2'] }, [folder, 'openapi']);
    const root = as(kernel, 'root');
    const made = await root('POST', '/v1/news/articles', { title: 'one' });
    const { id } = made.json<{ id: string }>();
    expect(made.headers.location).to.equal(`/v1/news/articles/${id}`);
    expect(made.json()).to.deep.equal({ id, title: 'one', old: true });
    expect((await root('GET', `/v2/news/articles/${id}`)).json()).to.include({ headline: 'ONE' });
    expect((await root('GET', `/news/articles/${id}`)).status).to.equal(404);
    const { paths } = await documentOf(kernel);
    expect(paths).to.include.keys('/v1/news/articles', '/v2/news/articles');
  });

  it('leaves requests of no form to be refused', async () => {
    using folder = views();
    await using kernel = await open({}, [folder]);
    for (const include of [
      null,
      'tags',
      7,
      ['tags'],
      { tags: null },
      { tags: 7 },
      { tags: { include: null } },
    ]) {
      const answer = await as(kernel, 'root')('POST', '/news/articles/search', { include });
      expect([200, 400], `${JSON.stringify(include)} ${answer.body}`).to.include(answer.status);
    }
  });

  it('is documented by its schema', async () => {
    using folder = views();
    await using kernel = await open({}, [folder, 'openapi']);
    const { components } = await documentOf(kernel);
    expect(components.schemas['press.article']?.properties).to.have.all.keys(
      ...['id', 'headline', 'isMine', 'length', 'info', 'tags', 'comments'],
    );
    expect(components.schemas['press.article.view.short']?.properties).to.have.all.keys('id', 'title');
  });
});
