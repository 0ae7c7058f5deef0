import { expect } from 'chai';
import { boot, index } from '../support/application.ts';

describe('Managers in boot', () => {
  it('know the entities, hooks and rules of an extension that is not published yet', async () => {
    await using application = await boot(
      {
        'extensions/blog/manifest.json': { name: 'blog', version: '1.0.0' },
        'extensions/blog/entities/post.ts': `import { defineEntity, Type } from 'backplane';
export const Post = defineEntity('blog.post', { fields: { title: Type.String() } });
`,
        'extensions/blog/hooks/post.ts': `import { hooks } from 'backplane';
export default hooks.before('blog.post', 'create', ({ input }) => { input.title += '!'; });
`,
        'extensions/blog/index.ts': index(`async boot({ services }) {
  const posts = services.managers.asSystem().of('blog.post');
  await services.databases.get().execute('create table if not exists blog_posts (id text primary key, title text)');
  await posts.create({ title: 'Hello' });
}`),
        'extensions/blog/routes/all.ts': `import { route } from 'backplane';
export default route.get('/all', {}, async ({ services }) =>
  (await services.managers.asSystem().of('blog.post').list()).rows.map(({ title }) => title));
`,
      },
      { env: { DATABASE_URL: 'sqlite::memory:' } },
    );
    expect(await application.get('/blog/all')).to.deep.equal(['Hello!']);
  });
});
