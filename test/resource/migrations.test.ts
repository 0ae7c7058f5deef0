import { join } from 'node:path';
import { testKernel } from 'backplane/testing';
import { expect } from 'chai';
import { Application, boot, type Files, until } from '../support/application.ts';

const file = 'extensions/blog/migrations';
const step = (
  steps: string,
): string => `import { addColumn, createTable, defineMigration, dropColumn } from 'backplane/data';
export default defineMigration({ steps: [${steps}] });
`;
const table = `createTable({ name: 'blog_posts', columns: [{ name: 'id', type: 'uuid' }, { name: 'title', type: 'text' }], primaryKey: ['id'] })`;

const blog: Files = {
  'extensions/blog/manifest.json': { name: 'blog', version: '1.0.0' },
  [`${file}/0001_initial.ts`]: step(table),
  'extensions/blog/routes/columns.ts': `import { route } from 'backplane';
export default route.get('/columns', async ({ services: { databases } }) =>
  (await databases.get().run("select name from pragma_table_info('blog_posts')")).map(({ name }) => name));
`,
};
const entity = `import { defineEntity, Type } from 'backplane';
export const Post = defineEntity('blog.post', { fields: { title: Type.String() } });
`;
const inMemory = { env: { DATABASE_URL: 'sqlite::memory:', AUTO_MIGRATE: 'true' } };

describe('Migrations of an extension', () => {
  it('run when it is loaded, and new ones when it is reloaded', async () => {
    await using application = await boot(blog, inMemory);
    expect(await application.get('/blog/columns')).to.deep.equal(['id', 'title']);
    application.write({
      [`${file}/0002_add_slug.ts`]: step(
        `addColumn('blog_posts', { name: 'slug', type: 'text', nullable: true })`,
      ),
    });
    await application.kernel.extensions.reload('blog');
    expect(await application.get('/blog/columns')).to.deep.equal(['id', 'title', 'slug']);
  });

  it('that would break the code that serves are held back, and it serves on', async () => {
    await using application = await boot(blog, inMemory);
    application.write({ [`${file}/0002_drop_title.ts`]: step(`dropColumn('blog_posts', 'title')`) });
    const error = await application.kernel.extensions.reload('blog').then(
      () => undefined,
      (thrown) => thrown,
    );
    expect(String(error)).to.include('db migrate');
    expect(await application.get('/blog/columns')).to.deep.equal(['id', 'title']);
  });

  it('that fail keep the extension from being loaded, and leave nothing behind', async () => {
    const broken = step(`${table}, addColumn('blog_comments', { name: 'text', type: 'text' })`);
    await using application = await boot({ ...blog, [`${file}/0001_initial.ts`]: broken }, inMemory);
    expect(application.states()).to.deep.equal({ blog: 'failed' });
    application.write({ [`${file}/0001_initial.ts`]: step(table) });
    await application.kernel.extensions.reload('blog');
    await until(() => application.states().blog === 'active');
  });

  it('are not run by themselves in production, which is said with what to do', async () => {
    await using application = await boot(blog, { env: { DATABASE_URL: 'sqlite::memory:' } });
    const status = application.kernel.extensions.status('blog');
    expect(JSON.stringify(status)).to.include(
      'did not run: \\"blog/0001_initial\\". Run \\"backplane db migrate\\"',
    );
  });
});

describe('The data of an extension', () => {
  it('stays where it is while the extension is disabled', async () => {
    const rows = `import { route } from 'backplane';
export default [
  route.get('/add', async ({ services: { databases } }) =>
    databases.get().run("insert into blog_posts (id, title) values ('1', 'Hello')")),
  route.get('/rows', async ({ services: { databases } }) => databases.get().run('select title from blog_posts')),
];
`;
    await using application = await boot({ ...blog, 'extensions/blog/routes/rows.ts': rows }, inMemory);
    const { extensions } = application.kernel;
    await application.get('/blog/add');
    await extensions.disable('blog');
    expect(await application.status('/blog/rows')).to.equal(404);
    await extensions.enable('blog');
    expect(await application.get('/blog/rows')).to.deep.equal([{ title: 'Hello' }]);
  });

  it('leaves no handle behind when the kernel is closed', async () => {
    await using folder = new Application();
    folder.write({ ...blog, 'extensions/blog/entities/post.ts': entity });
    await using kernel = await testKernel({ extensions: [join(folder.root, 'extensions/blog')] });
    const names = await kernel.inject('GET', '/blog/columns');
    expect(names.json()).to.deep.equal(['id', 'title']);
    // Disposing of the kernel looks for timers, connections and listeners that are left, and throws.
  });
});
