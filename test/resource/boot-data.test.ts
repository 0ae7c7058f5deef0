import { expect } from 'chai';
import { boot, type Files, until } from '../support/application.ts';

const manifest = (name: string, dependencies: object = {}): object => ({
  name,
  version: '1.0.0',
  dependencies,
});
const entity = (name: string, fields: string): string => `import { defineEntity, Type } from 'backplane';
export const Row = defineEntity('${name}.row', { fields: { ${fields} } });
`;
const table = (name: string, columns: readonly string[]): string => {
  const all = columns.map((column) => `{ name: '${column}', type: 'text', nullable: true }`);
  return `import { createTable, defineMigration } from 'backplane/data';
export default defineMigration({ steps: [
  createTable({ name: '${name}_rows', columns: [{ name: 'id', type: 'uuid' }, ${all.join(', ')}] }),
] });
`;
};
const index = (body: string): string => `import { defineExtension } from 'backplane';
import { Row } from './entities/row.ts';
export default defineExtension({
  async boot({ services, effects, log }) { ${body} },
  async health({ services }) { await services.data.repository(Row).count(); },
});
`;
const blog = (fields: string, body: string): Files => ({
  'extensions/blog/manifest.json': manifest('blog'),
  'extensions/blog/entities/row.ts': entity('blog', fields),
  'extensions/blog/migrations/0001_initial.ts': table('blog', ['title', 'slug']),
  'extensions/blog/index.ts': index(body),
  'extensions/blog/routes/rows.ts': `import { route } from 'backplane';
import { Row } from '../entities/row.ts';
export default route.get('/rows', {}, async ({ services: { data } }) =>
  (await data.repository(Row).query().orderBy('id').get()).map(({ title, slug }) => [title, slug]));
`,
});
const options = { env: { DATABASE_URL: 'sqlite::memory:', AUTO_MIGRATE: 'true' } };
const title = 'title: Type.Optional(Type.String())';
const both = `${title}, slug: Type.Optional(Type.String())`;

describe('The data in boot', () => {
  it('knows the entities of the extension, also as a reload changes them', async () => {
    await using application = await boot(
      blog(title, `await services.data.repository(Row).create({ title: 'One' });`),
      options,
    );
    expect(application.states()).to.deep.equal({ blog: 'active' });
    expect(await application.get('/blog/rows')).to.deep.equal([['One', null]]);
    application.write(
      blog(both, `await services.data.repository(Row).create({ title: 'Two', slug: 'two' });`),
    );
    await application.kernel.extensions.reload('blog');
    expect(await application.get('/blog/rows')).to.deep.equal([
      ['One', null],
      ['Two', 'two'],
    ]);
  });

  it('knows those of what the extension depends on, booted together or before', async () => {
    const shop: Files = {
      'extensions/shop/manifest.json': manifest('shop', { blog: '^1.0.0' }),
      'extensions/shop/entities/row.ts': entity('shop', title),
      'extensions/shop/migrations/0001_initial.ts': table('shop', ['title']),
      'extensions/shop/index.ts': index(`
        const { title } = await services.data.repository('blog.row').query().firstOrFail();
        await services.data.repository(Row).create({ title });
        log.info('took over ' + title);`),
    };
    await using application = await boot(
      { ...blog(title, `await services.data.repository(Row).create({ title: 'One' });`), ...shop },
      options,
    );
    expect(application.states()).to.deep.equal({ blog: 'active', shop: 'active' });
    const told = () => application.logs.filter(({ msg }) => msg === 'took over One').length;
    expect(told()).to.equal(1);
    await application.kernel.extensions.reload('shop');
    expect(told()).to.equal(2);
  });

  it('is that of the published snapshot for what boot has left running', async () => {
    const body = `effects.interval(async () => {
      try {
        await services.data.repository('shop.row').count();
        log.info('sees shop');
      } catch (error) {
        log.info('sees none');
      }
    }, 5);`;
    await using application = await boot(blog(title, body), options);
    await until(() => application.logs.some(({ msg }) => msg === 'sees none'));
    application.write({
      'extensions/shop/manifest.json': manifest('shop'),
      'extensions/shop/entities/row.ts': entity('shop', title),
      'extensions/shop/migrations/0001_initial.ts': table('shop', ['title']),
    });
    await application.kernel.extensions.sync(['shop']);
    await until(() => application.logs.some(({ msg }) => msg === 'sees shop'));
  });

  it('does without the entities of an extension that is at fault', async () => {
    await using application = await boot(
      {
        ...blog(title, `await services.data.repository(Row).create({ title: 'One' });`),
        'extensions/bad/manifest.json': manifest('bad'),
        'extensions/bad/entities/row.ts': entity('bad', 'and: Type.String()'),
      },
      options,
    );
    expect(application.states()).to.deep.equal({ bad: 'failed', blog: 'active' });
    expect(await application.get('/blog/rows')).to.deep.equal([['One', null]]);
  });

  it('is gone with a reload that fails, and what served goes on with its own', async () => {
    await using application = await boot(blog(title, ''), options);
    application.write(blog(both, `throw new Error('not ready');`));
    await application.kernel.extensions.reload('blog').catch(() => {});
    expect(application.kernel.extensions.status('blog')?.lastFailure?.message).to.include('not ready');
    expect(await application.get('/blog/rows')).to.deep.equal([]);
  });
});
