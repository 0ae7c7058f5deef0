import { expect } from 'chai';
import { type Application, boot, type Files, until } from '../support/application.ts';

const entity = (fields: string): string => `import { defineEntity, Type } from 'backplane';
export const Post = defineEntity('blog.post', { fields: { ${fields} } });
`;
const migration = (
  steps: string,
): string => `import { addColumn, createTable, defineMigration } from 'backplane/data';
export default defineMigration({ steps: [${steps}] });
`;
const blog: Files = {
  'extensions/blog/manifest.json': { name: 'blog', version: '1.0.0' },
  'extensions/blog/entities/post.ts': entity('title: Type.String()'),
  'extensions/blog/migrations/0001_initial.ts': migration(
    `createTable({ name: 'blog_posts', columns: [{ name: 'id', type: 'uuid' }, { name: 'title', type: 'text' }] })`,
  ),
  'extensions/blog/routes/posts.ts': `import { route } from 'backplane';
import { Post } from '../entities/post.ts';
export default route.get('/posts', {}, async ({ services: { data } }) =>
  data.repository(Post).all().then(({ length }) => ({ length }), ({ code }) => ({ code })));
`,
};
const inMemory = { env: { DATABASE_URL: 'sqlite::memory:', AUTO_MIGRATE: 'true' } };

const warnings = ({ logs }: Application): readonly unknown[] =>
  logs.filter(({ msg }) => String(msg).includes('db make')).map(({ msg }) => msg);

describe('Entities that are not what their tables are', () => {
  it('are warned of when they are loaded, with what differs and what to do', async () => {
    await using application = await boot(blog, inMemory);
    await application.kernel.extensions.reload('blog');
    application.write({
      'extensions/blog/entities/post.ts': entity('title: Type.String(), body: Type.Optional(Type.String())'),
    });
    await application.kernel.extensions.reload('blog');
    await until(() => warnings(application).length > 0);
    expect(warnings(application)).to.deep.equal([
      'The entities of "blog" differ from its tables: add column "body" to "blog_posts". Run "backplane db make".',
    ]);
    expect(await application.get('/blog/posts')).to.deep.equal({ code: 'DATABASE_OUTDATED' });

    application.write({
      'extensions/blog/migrations/0002_body.ts': migration(
        `addColumn('blog_posts', { name: 'body', type: 'text', nullable: true })`,
      ),
    });
    await application.kernel.extensions.reload('blog');
    expect(await application.get('/blog/posts')).to.deep.equal({ length: 0 });
    await application.kernel.stop();
    expect(warnings(application)).to.have.length(1);
  });

  it('are warned of without any migration, and where people must decide first', async () => {
    const { 'extensions/blog/migrations/0001_initial.ts': initial = '', ...bare } = blog;
    await using application = await boot(bare, inMemory);
    await until(() => warnings(application).length === 1);
    expect(warnings(application)[0]).to.include('create table "blog_posts"');
    application.write({
      'extensions/blog/migrations/0001_initial.ts': initial,
      'extensions/blog/entities/post.ts': entity('title: Type.String(), slug: Type.String()'),
    });
    await application.kernel.extensions.reload('blog');
    await until(() => warnings(application).length === 2);
    expect(warnings(application)[1]).to.include('"slug" of "blog_posts" is new and required');
  });
});
