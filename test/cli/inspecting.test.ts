import { expect } from 'chai';
import type { ExtensionStatus } from '../../kernel/extension/index.ts';
import { createKernel, type Kernel } from '../../kernel/kernel.ts';
import { Application, extension, type Files } from './application.ts';

const config = `import { defineSettings, Type } from 'backplane';
export default defineSettings(Type.Object({ apiKey: Type.String(), region: Type.String() }));
`;
const route = `import { route } from 'backplane';
export default route.get('/posts', { summary: 'All posts' }, () => []);
`;
const shop: Files = {
  ...extension('shop', {}, { dependencies: { cart: '^1.0.0' } }),
  ...extension('cart', {}, { dependencies: { payment: '^1.0.0' } }),
  ...extension('payment', { 'config.ts': config }),
};
const blog = extension('blog', { 'routes/posts.ts': route });
const key = 'the-key-of-this-test';

async function started(application: Application): Promise<{ kernel: Kernel; env: Record<string, string> }> {
  const { root, env } = application;
  const kernel = await createKernel({
    root,
    env: { ...env, ROOT_API_KEY: key, WATCH: 'false', LOG_LEVEL: 'silent' },
  });
  const { port } = await kernel.start();
  return { kernel, env: { PORT: String(port), ROOT_API_KEY: key } };
}

function namesIn(json: string): readonly string[] {
  const list: readonly ExtensionStatus[] = JSON.parse(json);
  return list.filter(({ state }) => state !== 'disabled').map(({ name }) => name);
}

describe('extension list, graph and routes', () => {
  it('load the application when no kernel answers, and say so beside the result', async () => {
    await using application = await Application.create(blog);
    const list = await application.run(['extension', 'list', '--json']);
    expect(list.code).to.equal(0);
    expect(list.stderr).to.include('No kernel answers');
    expect(namesIn(list.stdout)).to.deep.equal(['blog']);
    const routes = await application.run(['routes', '--extension', 'blog', '--json']);
    expect(JSON.parse(routes.stdout)).to.deep.equal([
      {
        method: 'GET',
        path: '/blog/posts',
        extension: 'blog',
        file: 'routes/posts.ts',
        auth: 'none',
        summary: 'All posts',
      },
    ]);
  });

  it('ask the kernel that runs', async () => {
    await using application = await Application.create(blog);
    const { kernel, env } = await started(application);
    await using _stopped = kernel;
    await application.write(extension('later'));
    const list = await application.run(['extension', 'list', '--json'], env);
    expect(list.stderr).to.equal('');
    expect(namesIn(list.stdout)).to.deep.equal(['blog']);
    const graph = await application.run(['extension', 'graph', '--json'], env);
    expect(JSON.parse(graph.stdout)).to.deep.include({
      name: 'blog',
      state: 'active',
      dependencies: [],
      optionalDependencies: [],
    });
    expect((await application.run(['routes'], env)).stdout).to.match(
      /GET +\/blog\/posts +blog +none +All posts/,
    );
  });

  it('say that the running kernel does not take the key', async () => {
    await using application = await Application.create(blog);
    const { kernel, env } = await started(application);
    await using _stopped = kernel;
    const { code, stderr } = await application.run(['extension', 'list'], {
      ...env,
      ROOT_API_KEY: 'another',
    });
    expect(code).to.equal(1);
    expect(stderr).to.include('does not take the root API key');
  });

  it('leave the making of the root API key to the first start', async () => {
    await using application = await Application.create(blog);
    await application.run(['routes']);
    const kernel = await createKernel({
      root: application.root,
      env: { ...application.env, LOG_LEVEL: 'silent' },
    });
    await using _stopped = kernel;
    expect(kernel.configuration.hasNewSecrets).to.equal(true);
  });

  it('draw the graph as a tree', async () => {
    await using application = await Application.create(shop);
    const { stdout } = await application.run(['extension', 'graph']);
    expect(stdout).to.include('shop (blocked)\n└─ cart (blocked)\n   └─ payment (blocked)\n');
  });

  it('show an application of which an extension that must run does not', async () => {
    await using application = await Application.create({
      ...blog,
      ...extension('vital', { 'config.ts': config }, { onFailure: 'abort' }),
    });
    const { code, stdout } = await application.run(['extension', 'list']);
    expect(code).to.equal(0);
    expect(stdout).to.match(/vital +1\.0\.0 +blocked/);
  });
});

describe('extension why', () => {
  it('prints the chain of causes down to the root with the way to mend it', async () => {
    await using application = await Application.create(shop);
    const { code, stdout } = await application.run(['extension', 'why', 'shop']);
    expect(code).to.equal(0);
    expect(stdout.split('\n')).to.deep.equal([
      'shop is blocked',
      '└─ shop needs "cart"',
      '   └─ cart is blocked',
      '      └─ cart needs "payment"',
      '         └─ payment is blocked',
      '            └─ payment needs settings: set PAYMENT_API_KEY, PAYMENT_REGION (environment, .env or config/payment.ts)',
      '',
    ]);
  });

  it('names what failed, with its file and line', async () => {
    await using application = await Application.create(
      extension('blog', { 'routes/posts.ts': 'export default 1 +;\n' }),
    );
    const { stdout } = await application.run(['extension', 'why', 'blog']);
    expect(stdout).to.include('blog failed (load)').and.include('routes/posts.ts:1');
  });

  it('names a dependency that is missing, one out of range and one that was disabled', async () => {
    await using application = await Application.create({
      ...extension('a', {}, { dependencies: { gone: '^1.0.0', old: '^2.0.0' } }),
      ...extension('old'),
      ...extension('b', {}, { dependencies: { off: '^1.0.0' } }),
      ...extension('off'),
    });
    await application.run(['extension', 'disable', 'off', '--cascade']);
    const a = await application.run(['extension', 'why', 'a']);
    expect(a.stdout).to.include('needs "gone" (^1.0.0), which was not found');
    expect(a.stdout).to.include('needs "old" in ^2.0.0, but it is 1.0.0');
    const b = await application.run(['extension', 'why', 'b']);
    expect(b.stdout).to.include('off is disabled').and.include('backplane extension enable off');
  });

  it('shows a circle once', async () => {
    await using application = await Application.create({
      ...extension('a', {}, { dependencies: { b: '*' } }),
      ...extension('b', {}, { dependencies: { a: '*' } }),
    });
    const { stdout } = await application.run(['extension', 'why', 'a']);
    expect(stdout).to.match(/depends on itself: (a → b → a|b → a → b)/);
  });

  it('lists every fault of an extension in its line', async () => {
    const settings = `import { defineSettings, Type } from 'backplane';
export default defineSettings(Type.Object({ size: Type.Integer(), age: Type.Integer() }));
`;
    await using application = await Application.create(extension('shop', { 'config.ts': settings }));
    const env = { SHOP_SIZE: 'big', SHOP_AGE: 'old' };
    const { stdout } = await application.run(['extension', 'list'], env);
    expect(stdout).to.match(/^shop .*are wrong: .*SHOP_SIZE.*SHOP_AGE.*$/m);
  });

  it('says that an extension runs, and what its last reload failed on', async () => {
    await using application = await Application.create(blog);
    const { kernel, env } = await started(application);
    await using _stopped = kernel;
    expect((await application.run(['extension', 'why', 'blog'], env)).stdout).to.equal(
      'blog runs (generation 1).\n',
    );
    await application.write(extension('blog', { 'routes/posts.ts': 'export default 1 +;\n' }));
    expect((await application.run(['extension', 'reload', 'blog'], env)).code).to.equal(1);
    const { stdout } = await application.run(['extension', 'why', 'blog'], env);
    expect(stdout).to.include('runs (generation 1), but its last reload failed (load)');
  });

  it('knows no routes of an extension that is not there', async () => {
    await using application = await Application.create(blog);
    const { code, stderr } = await application.run(['routes', '--extension', 'blgo']);
    expect(code).to.equal(1);
    expect(stderr).to.include('Did you mean "blog"?');
  });

  it('names the nearest extension for one that is not there', async () => {
    await using application = await Application.create(blog);
    const { code, stderr } = await application.run(['extension', 'why', 'blgo']);
    expect(code).to.equal(1);
    expect(stderr).to.include('Did you mean "blog"?');
  });

  it('guesses nothing when no name is near', async () => {
    await using application = await Application.create(blog);
    const { stderr } = await application.run(['extension', 'why', 'warehouse']);
    expect(stderr).to.match(/There is no extension "warehouse"\.\n$/);
  });
});

describe('extension enable, disable and reload', () => {
  it('work on the kernel that runs', async () => {
    await using application = await Application.create(blog);
    const { kernel, env } = await started(application);
    await using _stopped = kernel;
    const posts = async (): Promise<number> => (await kernel.inject('GET', '/blog/posts')).status;

    const disabled = await application.run(['extension', 'disable', 'blog'], env);
    expect(disabled.stdout).to.include('blog is disabled');
    expect(await posts()).to.equal(404);
    const idle = await application.run(['extension', 'reload', 'blog'], env);
    expect(idle.stderr).to.include('"backplane extension enable blog" brings it back');
    const enabled = await application.run(['extension', 'enable', 'blog'], env);
    expect(enabled.stdout).to.equal('blog is active (generation 2)\n');
    expect(await posts()).to.equal(200);
    const reloaded = await application.run(['extension', 'reload', 'blog', '--json'], env);
    expect(JSON.parse(reloaded.stdout)).to.deep.include({ name: 'blog', state: 'active', generation: 3 });
  });

  it('fail with what the running kernel says', async () => {
    await using application = await Application.create(blog);
    const { kernel, env } = await started(application);
    await using _stopped = kernel;
    const { code, stderr } = await application.run(['extension', 'reload', 'blgo'], env);
    expect(code).to.equal(1);
    expect(stderr).to.include('There is no extension "blgo". Did you mean "blog"?');
  });

  it('say that the running kernel has no administration without a key', async () => {
    await using application = await Application.create(blog);
    const env = { ...application.env, NODE_ENV: 'production', HOST: '127.0.0.1', LOG_LEVEL: 'silent' };
    await using kernel = await createKernel({ root: application.root, env });
    const { port } = await kernel.start();
    for (const ownKey of [{}, { ROOT_API_KEY: 'a key of this command' }]) {
      const asked = await application.run(['extension', 'list'], { PORT: String(port), ...ownKey });
      expect(asked.code).to.equal(1);
      expect(asked.stderr).to.include('Set ROOT_API_KEY');
    }
  });

  it('decide for the next start when no kernel runs', async () => {
    await using application = await Application.create(blog);
    const { code, stdout } = await application.run(['extension', 'disable', 'blog']);
    expect(code).to.equal(0);
    expect(stdout).to.include('from the next start on');
    expect(namesIn((await application.run(['extension', 'list', '--json'])).stdout)).to.deep.equal([]);
    await application.run(['extension', 'enable', 'blog']);
    expect(namesIn((await application.run(['extension', 'list', '--json'])).stdout)).to.deep.equal(['blog']);
  });

  it('refuse to take away what others need, unless told to', async () => {
    await using application = await Application.create({
      ...blog,
      ...extension('shop', {}, { dependencies: { blog: '*' } }),
    });
    const refused = await application.run(['extension', 'disable', 'blog']);
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.include('"blog" is needed by "shop"').and.include('--cascade');
    expect((await application.run(['extension', 'disable', 'blog', '--cascade'])).code).to.equal(0);
  });

  it('fail when the decision cannot be kept', async () => {
    await using application = await Application.create({ ...blog, var: 'a file where the folder should be' });
    const { code, stderr } = await application.run(['extension', 'disable', 'blog']);
    expect(code).to.equal(1);
    expect(stderr).to.include('could not be kept').and.include('Make var/ of the application writable');
  });

  it('have nothing to reload when no kernel runs', async () => {
    await using application = await Application.create(blog);
    const { code, stderr } = await application.run(['extension', 'reload', 'blog']);
    expect(code).to.equal(1);
    expect(stderr).to.include('nothing to reload');
  });
});

describe('hooks', () => {
  it('lists them in the order of their calls', async () => {
    await using application = await Application.create(
      extension('blog', {
        'entities/post.ts': `import { defineEntity, Type } from 'backplane';
export default defineEntity('blog.post', { fields: { title: Type.String() } });
`,
        'hooks/post.ts': `import { hooks } from 'backplane';
export default [
  hooks.after('blog.post', 'create', function tell() {}),
  hooks.before('blog.post', 'create', function second() {}),
  hooks.before('blog.post', 'create', function first() {}, { priority: 10 }),
];
`,
      }),
    );
    const { code, stdout } = await application.run(['hooks', '--entity', 'blog.post', '--json']);
    expect(code).to.equal(0);
    const list: readonly Readonly<Record<string, unknown>>[] = JSON.parse(stdout);
    expect(list.map(({ phase, id, priority }) => [phase, id, priority])).to.deep.equal([
      ['before', 'first', 10],
      ['before', 'second', 0],
      ['after', 'tell', 0],
    ]);
    expect(list[0]).to.include({
      entity: 'blog.post',
      operation: 'create',
      extension: 'blog',
      file: 'hooks/post.ts',
    });
    const text = await application.run(['hooks']);
    expect(text.stdout).to.include('PRIORITY');
  });
});
