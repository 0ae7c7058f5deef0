import { extensionFolder, testKernel } from 'backplane/testing';
import { expect } from 'chai';
import type { OpenApiDocument } from '../document/types.ts';
import { openapi } from '../index.ts';
import { app } from './app.ts';

const from = import.meta.url;

describe('Serving the description', () => {
  it('answers 304 to whoever has this version', async () => {
    await using kernel = await testKernel({ from, extensions: ['..'] });
    const { headers } = await kernel.inject('GET', '/openapi.json');
    const etag = String(headers.etag);
    const ask = async (tag: string) =>
      kernel.inject('GET', '/openapi.json', { headers: { 'if-none-match': tag } });
    for (const tag of [etag, `"other", ${etag}`, etag.replace('W/', ''), '*']) {
      const { status, body, headers: again } = await ask(tag);
      expect([status, body, again.etag], tag).to.deep.equal([304, '', etag]);
    }
    expect((await ask('"other"')).status).to.equal(200);
  });

  it('answers only whoever is known, where it is not public', async () => {
    await using kernel = await testKernel({
      from,
      extensions: ['..'],
      env: { ROOT_API_KEY: 'key-of-these-tests', OPENAPI_PUBLIC: 'false' },
    });
    expect((await kernel.inject('GET', '/openapi.json')).status).to.equal(401);
    expect((await kernel.inject('GET', '/docs')).status, 'the page, which asks for a key').to.equal(200);
    const headers = { 'x-api-key': 'key-of-these-tests' };
    const read = await kernel.inject('GET', '/openapi.json', { headers });
    expect(read.status).to.equal(200);
    expect(read.headers['cache-control']).to.equal('private, no-cache');
  });

  it('writes the document once per set of routes, and only when asked', async () => {
    using shop = app();
    await using kernel = await testKernel({ from, extensions: ['..', shop] });
    const first = kernel.snapshot.get(openapi);
    expect(first.text).to.equal(first.text);
    expect(first.document).to.equal(kernel.snapshot.get(openapi).document);
    await kernel.extensions.disable('shop');
    expect(kernel.snapshot.get(openapi)).not.to.equal(first);
  });

  it('follows every change of the routes at once', async () => {
    using shop = app();
    await using kernel = await testKernel({ from, extensions: ['..', shop] });
    const read = async () => {
      const { headers, body } = await kernel.inject('GET', '/openapi.json');
      const { paths }: OpenApiDocument = JSON.parse(body);
      return { etag: headers.etag, paths: Object.keys(paths).filter((path) => path.startsWith('/shop')) };
    };
    const before = await read();
    shop.write({
      'routes/new.ts': `import { route } from 'backplane'; export default route.get('/new', {}, () => 1);`,
    });
    await kernel.extensions.sync(['shop']);
    const after = await read();
    expect(after.paths).to.have.members([...before.paths, '/shop/new']);
    expect(after.etag).not.to.equal(before.etag);
    await kernel.extensions.disable('shop');
    expect((await read()).paths).to.deep.equal([]);
  });

  it('stays quick with many routes', async () => {
    const many = Array.from(
      { length: 500 },
      (_, index) => `route.get('/r${index}/:id', options, () => ({}))`,
    );
    using large = extensionFolder({
      'routes/many.ts': `
        import { route, Type } from 'backplane';
        const options = { params: Type.Object({ id: Type.String() }), response: { 200: Type.Object({ id: Type.String() }) } };
        export default [${many.join(', ')}];`,
    });
    await using kernel = await testKernel({ from, extensions: ['..', large] });
    const started = performance.now();
    const { body } = await kernel.inject('GET', '/openapi.json');
    expect(performance.now() - started).to.be.below(1000);
    expect(Object.keys(JSON.parse(body).paths).length).to.be.above(500);
  });

  it('comes and goes with the extension while requests are served', async () => {
    using shop = app();
    await using kernel = await testKernel({ from, extensions: ['..', shop] });
    const answers: Promise<{ status: number }>[] = [];
    for (let round = 0; round < 5; round += 1) {
      answers.push(...Array.from({ length: 10 }, () => kernel.inject('GET', '/openapi.json')));
      await kernel.extensions.reload(round % 2 === 0 ? 'openapi' : 'shop');
    }
    for (const { status } of await Promise.all(answers)) expect(status).to.equal(200);
    await kernel.extensions.disable('openapi');
    expect((await kernel.inject('GET', '/openapi.json')).status).to.equal(404);
    expect((await kernel.inject('GET', '/docs')).status).to.equal(404);
    expect(kernel.snapshot.find('openapi')).to.equal(undefined);
    await kernel.extensions.enable('openapi');
    expect((await kernel.inject('GET', '/docs')).status).to.equal(200);
  });
});

describe('The page at /docs', () => {
  it('is whole by itself: all it refers to is served, and nothing lies elsewhere', async () => {
    await using kernel = await testKernel({ from, extensions: ['..'] });
    const seen = new Set<string>();
    const follow = async (path: string): Promise<void> => {
      if (seen.has(path)) return;
      seen.add(path);
      const { status, headers, body } = await kernel.inject('GET', path);
      expect(status, path).to.equal(200);
      expect(headers['content-type'], path).to.match(
        /^(text\/(html|css|javascript)|application\/json); charset=utf-8$/,
      );
      if (path === '/openapi.json') return;
      expect(body, path).not.to.match(/https?:\/\/|@import|\burl\(/);
      const references = body.matchAll(/(?:href|src|from|import|fetch)(?:=|\(| )["'](\.?\/[^"']+)["']/g);
      for (const [, reference = ''] of references) await follow(reference.replace(/^\.\//, '/docs/'));
    };
    await follow('/docs');
    expect([...seen]).to.include.members([
      '/docs/page.css',
      '/docs/main.js',
      '/docs/request.js',
      '/openapi.json',
    ]);
  });

  it('needs nothing that a strict content security policy forbids', async () => {
    await using kernel = await testKernel({ from, extensions: ['..', 'security'] });
    const { body, headers } = await kernel.inject('GET', '/docs');
    const policy = String(headers['content-security-policy']);
    expect(policy).to.include("script-src 'self'").and.include("script-src-attr 'none'");
    expect(body).not.to.match(/<script(?![^>]*\bsrc=)/);
    expect(body).not.to.match(/\s(on[a-z]+|style)=/);
    expect(body).not.to.match(/<style/);
  });

  it('is cached by tag, and knows no other files', async () => {
    await using kernel = await testKernel({ from, extensions: ['..'] });
    const { headers } = await kernel.inject('GET', '/docs/main.js');
    const again = await kernel.inject('GET', '/docs/main.js', { headers: { 'if-none-match': headers.etag } });
    expect(again.status).to.equal(304);
    for (const path of ['/docs/nothing.js', '/docs/..%2Fmanifest.json', '/docs/%2e%2e%2fconfig.ts']) {
      expect((await kernel.inject('GET', path)).status, path).to.equal(404);
    }
  });
});
