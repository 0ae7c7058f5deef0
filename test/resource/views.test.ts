import { expect } from 'chai';
import { boot } from '../support/application.ts';

const entity = `import { defineEntity, Type } from 'backplane';
export const Post = defineEntity('blog.post', { fields: { title: Type.String() } });
`;
const view = (entityName: string, options = '{}') =>
  `import { defineView } from 'backplane'; export default defineView('${entityName}', (post) => ({}), ${options});`;

async function failureOf(files: Readonly<Record<string, string>>): Promise<string> {
  await using application = await boot({
    'extensions/blog/manifest.json': { name: 'blog', version: '1.0.0' },
    'extensions/blog/entities/post.ts': entity,
    ...files,
  });
  return application.kernel.extensions.status('blog')?.lastFailure?.message ?? 'none';
}

describe('Views of extensions', () => {
  it('are refused where there is no such entity', async () => {
    const failure = await failureOf({ 'extensions/blog/views/post.ts': view('blog.pots') });
    expect(failure).to.include('"blog.pots"').and.include('Did you mean "blog.post"?');
  });

  it('are one for each name and version', async () => {
    expect(
      await failureOf({
        'extensions/blog/views/a.ts': view('blog.post'),
        'extensions/blog/views/b.ts': view('blog.post', "{ name: 'short' }"),
        'extensions/blog/views/c.ts': view('blog.post', "{ version: 'v1' }"),
      }),
    ).to.equal('none');
    const failure = await failureOf({
      'extensions/blog/views/a.ts': view('blog.post', "{ name: 'short' }"),
      'extensions/blog/views/b.ts': view('blog.post', "{ name: 'short' }"),
    });
    expect(failure).to.include('The view of "blog.post" (short)');
  });
});

describe('Routes that follow from entities', () => {
  it('know where those of their extension mount', async () => {
    await using application = await boot({
      'extensions/blog/manifest.json': { name: 'blog', version: '1.0.0', prefix: '/weblog' },
      'extensions/blog/entities/post.ts': entity,
      'extensions/list/manifest.json': { name: 'list', version: '1.0.0', prefix: '/' },
      'extensions/list/routes/all.ts': `import { resources, route, routesFrom } from 'backplane';
export default routesFrom((views) =>
  views.get(resources).all.map(({ prefix, schema }) =>
    route.get(\`\${prefix}/\${schema.plural}\`, { root: true }, () => ({ name: schema.name }))));
`,
    });
    expect(await application.get('/weblog/posts')).to.deep.equal({ name: 'blog.post' });
    application.replace(
      'extensions/blog/manifest.json',
      JSON.stringify({ name: 'blog', version: '1.0.0', prefix: '/journal' }),
    );
    await application.kernel.extensions.reload('blog');
    expect(await application.get('/journal/posts')).to.deep.equal({ name: 'blog.post' });
    expect(await application.status('/weblog/posts')).to.equal(404);
  });
});
