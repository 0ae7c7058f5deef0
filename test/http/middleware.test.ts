import { expect } from 'chai';
import compression from 'compression';
import cors from 'cors';
import helmet from 'helmet';
import {
  defineHeaders,
  defineMiddleware,
  defineObserver,
  type FinishedRequest,
  problem,
  route,
} from '../../kernel/http/index.ts';
import { serve, until } from './serving.ts';

describe('Middleware', () => {
  const order: string[] = [];
  const noting = (name: string, phase: 'incoming' | 'authenticated', priority?: number) =>
    defineMiddleware({
      phase,
      ...(priority === undefined ? {} : { priority }),
      handle: (_req, _res, next) => {
        order.push(name);
        next();
      },
    });

  it('runs by phase, then priority, then the order of extensions', async () => {
    order.length = 0;
    const own = route.get(
      '/it',
      { middleware: [(_q, _s, next) => next(void order.push('own'))] },
      () => order,
    );
    const { server } = serve([
      { name: 'a', values: [noting('late', 'authenticated'), noting('a', 'incoming'), own] },
      { name: 'b', values: [noting('b', 'incoming'), noting('first', 'incoming', 5)] },
    ]);
    expect((await server.inject('GET', '/a/it')).json()).to.deep.equal(['first', 'a', 'b', 'late', 'own']);
  });

  it('of Express works as it is: helmet, cors, compression', async () => {
    const values = [helmet(), cors(), compression({ threshold: 0 })].map((handle) =>
      defineMiddleware({ phase: 'incoming', handle }),
    );
    const page = route.get('/page', {}, () => ({ text: 'x'.repeat(5000) }));
    const { server, snapshot } = serve([{ name: 'security', values: [...values, page] }]);
    const headers = { 'accept-encoding': 'gzip', origin: 'https://example.org' };
    const answer = await server.inject('GET', '/security/page', { headers });
    expect(answer.headers).to.include({
      'content-encoding': 'gzip',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
    });
    expect(answer.bytes.length).to.be.lessThan(500);
    const preflight = await server.inject('OPTIONS', '/security/page', {
      headers: { ...headers, 'access-control-request-method': 'GET' },
    });
    expect([preflight.status, preflight.headers['access-control-allow-methods']]).to.deep.equal([
      204,
      'GET,HEAD,PUT,PATCH,POST,DELETE',
    ]);
    expect((await server.inject('GET', '/nowhere')).headers).to.have.property('x-content-type-options');
    await until(() => snapshot.users === 0);
  });

  it('may answer itself, and then no handler runs', async () => {
    let ran = false;
    const wall = defineMiddleware({
      phase: 'authenticated',
      handle: (_req, res) => res.status(451).send('no'),
    });
    const open = route.get('/it', {}, () => {
      ran = true;
    });
    const { server, snapshot } = serve([{ name: 'a', values: [wall, open] }]);
    const { status, headers } = await server.inject('GET', '/a/it');
    expect([status, ran]).to.deep.equal([451, false]);
    expect(headers).to.have.property('x-request-id');
    await until(() => snapshot.users === 0);
  });

  it('that throws, rejects or passes an error on is answered and logged as its owner', async () => {
    const ways = [
      () => {
        throw new Error('bad');
      },
      async () => {
        throw new Error('bad');
      },
      (_req: unknown, _res: unknown, next: (error: Error) => void) => next(new Error('bad')),
    ];
    for (const handle of ways) {
      const { server, lines } = serve([
        { name: 'guard', values: [defineMiddleware({ phase: 'incoming', handle })] },
        { name: 'blog', values: [route.get('/it', {}, () => 1)] },
      ]);
      expect((await server.inject('GET', '/blog/it')).status).to.equal(500);
      expect(lines[0]).to.include({ extension: 'guard' });
    }
    const refusing = defineMiddleware({ phase: 'incoming', handle: (_q, _s, next) => next(problem(429)) });
    const { server } = serve([{ name: 'guard', values: [refusing] }]);
    expect((await server.inject('GET', '/x')).json()).to.include({ code: 'TOO_MANY_REQUESTS' });
  });

  it('that calls next twice runs what follows once', async () => {
    let runs = 0;
    const eager = defineMiddleware({
      phase: 'incoming',
      handle: (_req, _res, next) => {
        next();
        next();
      },
    });
    const counted = route.get('/it', {}, () => {
      runs += 1;
      return runs;
    });
    const { server } = serve([{ name: 'a', values: [eager, counted] }]);
    await server.inject('GET', '/a/it');
    expect(runs).to.equal(1);
  });

  it('that has read the body leaves it for the handler', async () => {
    const parse = defineMiddleware({
      phase: 'authenticated',
      handle: (req, _res, next) => {
        req
          .on('data', () => {})
          .on('end', () => {
            req.body = 'parsed elsewhere';
            next();
          });
      },
    });
    const { server } = serve([{ name: 'a', values: [parse, route.post('/it', {}, ({ body }) => body)] }]);
    const options = { body: 'x', headers: { 'content-type': 'multipart/form-data' } };
    expect((await server.inject('POST', '/a/it', options)).body).to.equal('parsed elsewhere');
  });

  for (const phase of ['incoming', 'authenticated'] as const) {
    it(`of extensions has no part in the kernel's own routes (${phase})`, async () => {
      let met = 0;
      const values = [
        defineMiddleware({
          phase,
          handle: () => {
            met += 1;
            throw new Error('bad');
          },
        }),
        route.get('/it', {}, () => 1),
        route.get('/kernel/mine', { root: true }, () => 1),
      ];
      const own = route.get('/kernel/state', { root: true }, () => 'up');
      const { server } = serve([
        { name: 'kernel', prefix: '', values: [own, defineHeaders({ 'x-safe': '1' })] },
        { name: 'guard', values },
      ]);
      const { body, headers } = await server.inject('GET', '/kernel/state?x=1');
      expect([body, headers['x-safe'], met]).to.deep.equal(['up', '1', 0]);
      expect((await server.inject('GET', '/guard/it')).status).to.equal(500);
      expect((await server.inject('GET', '/kernel/mine')).status).to.equal(500);
      expect(met).to.equal(2);
    });
  }
});

describe('Observers', () => {
  it('see each request begin and end, with its route, owner, status and duration', async () => {
    const seen: FinishedRequest[] = [];
    let started = 0;
    const observer = defineObserver({
      started: () => {
        started += 1;
      },
      finished: (request) => seen.push(request),
    });
    const { server } = serve([
      { name: 'metrics', values: [observer] },
      { name: 'blog', values: [route.get('/posts/:id', {}, () => 'x')] },
    ]);
    await server.inject('GET', '/blog/posts/1');
    await server.inject('GET', '/nowhere');
    await until(() => seen.length === 2);
    expect(started).to.equal(2);
    expect(seen[0]).to.include({ path: '/blog/posts/:id', status: 200, aborted: false });
    expect(seen[0]?.owner.name).to.equal('blog');
    expect(seen[0]?.durationMs).to.be.within(0, 10_000);
    expect(seen[1]).to.include({ path: undefined, status: 404 });
  });

  it('see over a socket who left before all was sent, and nobody else', async () => {
    const seen = new Map<string | undefined, boolean>();
    let isAsked = false;
    const observer = defineObserver({ finished: ({ path, aborted }) => seen.set(path, aborted) });
    const { server } = serve([
      { name: 'metrics', values: [observer] },
      {
        name: 'blog',
        values: [
          route.get('/sync', {}, () => ({ at: 'once' })),
          route.get('/async', {}, async () => ({ at: 'once' })),
          route.get('/left', {}, ({ signal }) => {
            isAsked = true;
            return new Promise((resolve) => signal.addEventListener('abort', resolve));
          }),
        ],
      },
    ]);
    const { port } = await server.listen();
    const url = `http://127.0.0.1:${port}/blog`;
    await (await fetch(`${url}/sync`)).text();
    await (await fetch(`${url}/async`)).text();
    const leaving = new AbortController();
    const left = fetch(`${url}/left`, { signal: leaving.signal }).catch(() => undefined);
    await until(() => isAsked);
    leaving.abort();
    await left;
    await until(() => seen.size === 3);
    await server.close({ timeout: 0 });
    expect(Object.fromEntries(seen)).to.deep.equal({
      '/blog/sync': false,
      '/blog/async': false,
      '/blog/left': true,
    });
  });

  it('that fail are logged and change nothing', async () => {
    const fails = () => {
      throw new Error('observer');
    };
    const { server, lines, snapshot } = serve([
      { name: 'metrics', values: [defineObserver({ started: fails, finished: fails })] },
      { name: 'blog', values: [route.get('/it', {}, () => 'x')] },
    ]);
    expect((await server.inject('GET', '/blog/it')).body).to.equal('x');
    await until(() => lines.length === 2);
    expect(lines.map((line) => line.extension)).to.deep.equal(['metrics', 'metrics']);
    await until(() => snapshot.users === 0);
  });
});
