import { expect } from 'chai';
import express from 'express';
import { reply, route } from '../../kernel/http/index.ts';
import { Type } from '../../kernel/schema/index.ts';
import { compileCards, serve, until } from './serving.ts';

describe('The route table', () => {
  const echo = route.get('/posts/:id', {}, ({ params }) => params);

  it("mounts a route below its owner's prefix and decodes its parameters", async () => {
    const { server } = serve([{ name: 'blog', values: [echo] }]);
    const { status, json } = await server.inject('GET', '/blog/posts/a%20b%2Fc%C3%A9');
    expect(status).to.equal(200);
    expect(json()).to.deep.equal({ id: 'a b/cé' });
  });

  it('mounts a root route at /, and the root of an extension at its prefix', async () => {
    const health = route.get('/health', { root: true }, () => 'up');
    const index = route.get('/', {}, () => 'index');
    const { server } = serve([{ name: 'blog', values: [health, index] }]);
    expect((await server.inject('GET', '/health')).body).to.equal('up');
    expect((await server.inject('GET', '/blog')).body).to.equal('index');
    expect((await server.inject('GET', '/blog/')).body).to.equal('index');
  });

  it('ignores a trailing slash and the query when it looks for a route', async () => {
    const { server } = serve([{ name: 'blog', values: [echo] }]);
    expect((await server.inject('GET', '/blog/posts/1/?x=1')).json()).to.deep.equal({ id: '1' });
  });

  it('prefers a static path to a parameter', async () => {
    const { server } = serve([{ name: 'blog', values: [echo, route.get('/posts/new', {}, () => 'form')] }]);
    expect((await server.inject('GET', '/blog/posts/new')).body).to.equal('form');
  });

  it('answers HEAD by the route of GET, without a body', async () => {
    const { server } = serve([{ name: 'blog', values: [echo] }]);
    const { status, headers, body } = await server.inject('HEAD', '/blog/posts/1');
    expect([status, headers['content-length'], body]).to.deep.equal([200, '10', '']);
  });

  it('answers OPTIONS with what a path allows', async () => {
    const { server } = serve([
      { name: 'blog', values: [echo, route.delete('/posts/:id', {}, () => undefined)] },
    ]);
    const { status, headers } = await server.inject('OPTIONS', '/blog/posts/1');
    expect([status, headers.allow]).to.deep.equal([204, 'DELETE, GET, HEAD, OPTIONS']);
  });

  it('answers a method that a path does not take with 405 and Allow', async () => {
    const { server } = serve([{ name: 'blog', values: [echo] }]);
    for (const method of ['POST', 'PROPFIND']) {
      const { status, headers, json } = await server.inject(method, '/blog/posts/1');
      expect([status, headers.allow]).to.deep.equal([405, 'GET, HEAD, OPTIONS']);
      expect(json()).to.include({ code: 'METHOD_NOT_ALLOWED', status: 405 });
    }
  });

  it('answers an unknown path with 404, and with 503 while not everything is up', async () => {
    let up = false;
    const { server } = serve([{ name: 'blog', values: [echo] }], { ready: () => up });
    const early = await server.inject('GET', '/nowhere?secret=1');
    expect([early.status, early.headers['retry-after']]).to.deep.equal([503, '1']);
    up = true;
    const late = await server.inject('GET', '/nowhere?secret=1');
    expect(late.status).to.equal(404);
    expect(late.headers['content-type']).to.equal('application/problem+json');
    expect(late.json()).to.include({ code: 'NOT_FOUND', instance: '/nowhere', type: 'about:blank' });
  });

  it('answers malformed percent-encoding with 400', async () => {
    const { server } = serve([{ name: 'blog', values: [echo] }]);
    for (const path of ['/blog/posts/%zz', '/blog/posts/%', '/%C3%28']) {
      const { status, json } = await server.inject('GET', path);
      expect(status).to.equal(400);
      expect(json()).to.include({ code: 'PATH_MALFORMED' });
    }
  });

  it('names both owners of one route, however they name its parameters', () => {
    const other = route.get('/blog/posts/:slug/', { root: true }, () => 1);
    expect(() =>
      compileCards([
        { name: 'blog', values: [echo] },
        { name: 'news', values: [other] },
      ]),
    )
      .to.throw(/GET \/blog\/posts\/:slug\/.*"blog" \(routes\/blog.ts\), "news" \(routes\/news.ts\)/)
      .with.property('code', 'CONTRIBUTION_CONFLICT');
  });

  it('says what can be mended in a conflict: with oneself, and with the kernel', () => {
    const twice = [route.get('/a', () => 1), route.get('/a', () => 1)];
    expect(() => compileCards([{ name: 'blog', values: twice }])).to.throw(/Rename or remove one of them\.$/);
    expect(() =>
      compileCards([
        { name: 'kernel', prefix: '/blog', values: [route.get('/a', () => 1)] },
        { name: 'blog', values: [route.get('/a', () => 1)] },
      ]),
    ).to.throw(/"kernel", "blog" \(routes\/blog\.ts\)\. The kernel needs its own: rename that of "blog"\.$/);
  });

  it('mounts a route without options', async () => {
    const { server } = serve([
      { name: 'blog', values: [route.get('/:id', ({ params }) => params.id ?? '')] },
    ]);
    expect((await server.inject('GET', '/blog/7')).body).to.equal('7');
    expect(() => Reflect.apply(route.get, undefined, ['/x', {}])).to.throw(/it has no handler/);
  });

  it('refuses at once everything about a route that could never work', () => {
    const values = [
      route.get('/:id', { params: Type.Object({ ix: Type.String() }), body: Type.Object({}) }, () => 1),
      Reflect.apply(route.post, undefined, ['/', { boddy: Type.Object({}) }, () => 1]),
    ];
    expect(() => compileCards([{ name: 'blog', values }]))
      .to.throw(/names what the path lacks: "ix"\. Did you mean "id"\?/)
      .with.property('message')
      .that.includes('a GET has no body')
      .and.includes('its option "boddy" is unknown. Did you mean "body"?');
  });

  it('reports every conflict at once', () => {
    const again = [route.get('/a', {}, () => 1), route.get('/b', {}, () => 1)];
    expect(() => compileCards([{ name: 'blog', values: [...again, ...again] }]))
      .to.throw()
      .with.property('errors')
      .with.length(2);
  });

  it('refuses a path that cannot be mounted, naming file and reason', () => {
    for (const path of ['posts', '/a*b', '/:id((a+)+)']) {
      expect(() => compileCards([{ name: 'blog', values: [route.get(path, {}, () => 1)] }]))
        .to.throw(/routes\/blog\.ts/)
        .with.property('code', 'ROUTE_INVALID');
    }
  });

  it('keeps the view of a route without its own schemas free of their cost until it is hit', async () => {
    const wrong = route.get('/wrong', { params: Type.Unsafe({ type: 'nonsense' }) }, () => 1);
    const { server, lines } = serve([{ name: 'blog', values: [wrong] }]);
    expect((await server.inject('GET', '/blog/wrong')).status).to.equal(500);
    expect(lines[0]?.msg).to.match(/schema of params of the route GET \/wrong/);
  });
});

describe('Express routers', () => {
  const router = express.Router();
  router.get('/legacy/:id', (req, res) => {
    res.json({ id: req.params.id, base: req.baseUrl, original: req.originalUrl, url: req.url });
  });
  router.get('/broken', () => {
    throw new Error('inside the router');
  });
  router.get('/rejected', async () => {
    throw new Error('later inside the router');
  });
  router.use('/form', express.urlencoded({ extended: false }), (req, res) => {
    res.status(201).send(req.body);
  });
  const declared = route.get('/posts', {}, () => 'declared');
  const cards = [
    { name: 'blog', values: [router, declared, route.post('/legacy/:id', {}, () => reply(202))] },
  ];

  it("answer below their owner's prefix what no declared route answers", async () => {
    const { server } = serve(cards);
    const { status, headers, json } = await server.inject('GET', '/blog/legacy/7?x=1');
    expect(status).to.equal(200);
    expect(json()).to.deep.equal({
      id: '7',
      base: '/blog',
      original: '/blog/legacy/7?x=1',
      url: '/legacy/7?x=1',
    });
    expect(headers['x-request-id']).to.be.a('string');
    expect((await server.inject('GET', '/blog/posts')).body).to.equal('declared');
    expect((await server.inject('POST', '/blog/legacy/1')).status).to.equal(202);
  });

  it('parse bodies with their own middleware', async () => {
    const { server } = serve(cards);
    const { status, json } = await server.inject('POST', '/blog/form', {
      body: 'a=1',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([status, json()]).to.deep.equal([201, { a: '1' }]);
  });

  it('leave what they do not know to 404 and 405', async () => {
    const { server, snapshot } = serve(cards);
    expect((await server.inject('GET', '/blog/nothing')).json()).to.include({ code: 'NOT_FOUND' });
    expect((await server.inject('PUT', '/blog/posts')).status).to.equal(405);
    await until(() => snapshot.users === 0);
  });

  it('have their errors caught and logged by their owner', async () => {
    const { server, lines } = serve(cards);
    for (const path of ['/blog/broken', '/blog/rejected']) {
      const { status, json } = await server.inject('GET', path);
      expect(status).to.equal(500);
      expect(JSON.stringify(json())).not.to.contain('router');
      expect(lines.at(-1)).to.include({ extension: 'blog', errorId: json<{ id: string }>().id });
    }
  });
});
