import { expect } from 'chai';
import { entities } from '../../kernel/index.ts';
import { boot, index, until } from '../support/application.ts';

const post = (fields: string) => `import { defineEntity, Type } from 'backplane';
export const Post = defineEntity('blog.post', { fields: { ${fields} } });
export type Post = typeof Post;
`;

describe('Entities of extensions', () => {
  it('arrive with the snapshot, and a changed one with the next', async () => {
    await using application = await boot({
      'extensions/blog/manifest.json': { name: 'blog', version: '1.0.0' },
      'extensions/blog/entities/post.ts': post('title: Type.String()'),
    });
    const { kernel } = application;
    const fieldsOf = () => [...kernel.snapshot.get(entities).get('blog.post').fields.keys()];
    expect(fieldsOf()).to.deep.equal(['id', 'title']);
    const before = kernel.snapshot.get(entities);

    application.replace(
      'extensions/blog/entities/post.ts',
      post('title: Type.String(), body: Type.String()'),
    );
    await kernel.extensions.reload('blog');
    expect(fieldsOf()).to.deep.equal(['id', 'title', 'body']);
    expect([...before.get('blog.post').fields.keys()]).to.deep.equal(['id', 'title']);
  });

  it('are refused with their fault, and what served goes on serving', async () => {
    await using application = await boot({
      'extensions/blog/manifest.json': { name: 'blog', version: '1.0.0' },
      'extensions/blog/entities/post.ts': post('title: Type.String()'),
    });
    const { kernel } = application;
    application.replace('extensions/blog/entities/post.ts', post('and: Type.String()'));
    await kernel.extensions.reload('blog').catch(() => {});
    expect(kernel.extensions.status('blog')?.lastFailure?.message).to.include(
      '"and" is a name of the framework',
    );
    expect(kernel.snapshot.get(entities).find('blog.post')).to.not.equal(undefined);
  });

  it('are extended by whoever declares the dependency', async () => {
    const files = (dependencies: object) => ({
      'extensions/blog/manifest.json': { name: 'blog', version: '1.0.0' },
      'extensions/blog/entities/post.ts': post('title: Type.String()'),
      'extensions/rating/manifest.json': { name: 'rating', version: '1.0.0', dependencies },
      'extensions/rating/entities/post.ts': `import { extendEntity, Type } from 'backplane';
export default extendEntity('blog.post', { fields: { stars: Type.Optional(Type.Number()) } });
`,
    });
    await using declared = await boot(files({ blog: '^1.0.0' }));
    expect([...declared.kernel.snapshot.get(entities).get('blog.post').fields.keys()]).to.include('stars');

    await using undeclared = await boot(files({}));
    const { kernel } = undeclared;
    expect(kernel.extensions.status('rating')).to.deep.include({ state: 'failed' });
    expect(JSON.stringify(kernel.extensions.status('rating'))).to.include('is not among \\"dependencies\\"');
  });
});

describe('The databases of a kernel', () => {
  it('are at hand as a service, one for each URL, and log their statements at level sql', async () => {
    await using application = await boot(
      {
        'extensions/blog/manifest.json': { name: 'blog', version: '1.0.0' },
        'extensions/blog/index.ts': index(''),
        'extensions/blog/routes/one.ts': `import { route } from 'backplane';
export default route.get('/one', {}, async ({ services: { databases } }) => ({
  names: [...databases.names],
  row: (await databases.get('analytics').run('select 1 as one'))[0],
}));
`,
      },
      {
        env: { DATABASE_URL: 'sqlite::memory:', ANALYTICS_DATABASE_URL: 'sqlite::memory:', LOG_LEVEL: 'sql' },
      },
    );
    expect(await application.get('/health/ready'))
      .to.have.property('databases')
      .deep.equal({});
    expect(await application.get('/blog/one')).to.deep.equal({
      names: ['analytics', 'default'],
      row: { one: 1 },
    });
    await until(() => application.logs.some(({ sql }) => sql === 'select 1 as one'));
    const { databases } = (await application.get('/health/ready')) as { databases: object };
    expect(databases).to.have.nested.property('analytics.healthy', true);
  });
});

describe('The data of a request', () => {
  it('is read and written through the entities of its snapshot', async () => {
    await using application = await boot(
      {
        'extensions/blog/manifest.json': { name: 'blog', version: '1.0.0' },
        'extensions/blog/entities/post.ts': post('title: Type.String()'),
        'extensions/blog/routes/posts.ts': `import { route } from 'backplane';
import { Post } from '../entities/post.ts';
export default [
  route.get('/make', async ({ services: { data, databases } }) => {
    await databases.get().knex.raw('create table blog_posts (id text primary key, title text)');
    return (await data.repository(Post).create({ title: 'Hello' })).title;
  }),
  route.get('/all', async ({ services: { data } }) =>
    (await data.repository(Post).all()).map(({ title }) => title)),
  route.get('/list', async ({ services: { data } }) =>
    (await data.reader().list('blog.post', { filter: { title: { startsWith: 'He' } } })).rows.length),
];
`,
      },
      { env: { DATABASE_URL: 'sqlite::memory:' } },
    );
    expect((await application.kernel.inject('GET', '/blog/make')).body).to.equal('Hello');
    expect(await application.get('/blog/all')).to.deep.equal(['Hello']);
    expect(await application.get('/blog/list')).to.equal(1);
  });
});
