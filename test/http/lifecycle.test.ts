import { request } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { Container, currentScope } from '../../kernel/container/index.ts';
import { type Route, route } from '../../kernel/http/index.ts';
import { serve, until } from './serving.ts';

/** A handler that waits until it is told to go on, or its request is aborted. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<string>();
  const state = { open: () => resolve('opened'), entered: 0, aborted: undefined as unknown };
  const wait = route.get('/wait', {}, ({ signal }) => {
    state.entered += 1;
    signal.addEventListener('abort', () => {
      state.aborted = signal.reason;
    });
    return promise;
  });
  return { ...state, state, wait };
}

describe('A request', () => {
  it('keeps the snapshot it began with to its end', async () => {
    const { wait, open, state } = gate();
    const serving = serve([{ name: 'blog', values: [wait] }]);
    const old = serving.snapshot;
    const early = serving.server.inject('GET', '/blog/wait');
    await until(() => state.entered === 1);
    serving.publish([{ name: 'blog', values: [route.get('/wait', {}, () => 'new')] }]);
    expect((await serving.server.inject('GET', '/blog/wait')).body).to.equal('new');
    await until(() => serving.snapshot.users === 0);
    expect(old.users).to.equal(1);
    open();
    expect((await early).body).to.equal('opened');
    await until(() => old.users === 0);
  });

  it('releases its snapshot once, however it ends', async () => {
    const values = [
      route.get('/sync', {}, () => 'x'),
      route.get('/async', {}, async () => 'x'),
      route.get('/throws', {}, () => {
        throw new Error('x');
      }),
      route.get('/rejects', {}, async () => {
        throw new Error('x');
      }),
      route.get('/stream', {}, () => Readable.from(['a', 'b'])),
      route.get('/itself', {}, ({ res }) => res.end('x')),
      route.get('/destroys', {}, ({ res }) => res.destroy()),
    ];
    const serving = serve([{ name: 'blog', values }]);
    for (const { path } of values) await serving.server.inject('GET', `/blog${path}`).catch(() => {});
    await serving.server.inject('GET', '/nowhere');
    await until(() => serving.server.inFlight() === 0);
    await until(() => serving.snapshot.users === 0);
  });

  it('has its signal aborted when the client leaves, and lasts until its handler is done', async () => {
    const { wait, open, state } = gate();
    const serving = serve([{ name: 'blog', values: [wait] }]);
    const controller = new AbortController();
    const gone = serving.server
      .inject('GET', '/blog/wait', { signal: controller.signal })
      .catch((error) => error.name);
    await until(() => state.entered === 1);
    controller.abort();
    expect(await gone).to.equal('AbortError');
    await until(() => state.aborted !== undefined);
    expect(state.aborted).to.include({ code: 'CLIENT_GONE' });
    expect(serving.snapshot.users).to.equal(1);
    open();
    await until(() => serving.snapshot.users === 0);
    expect(serving.lines).to.deep.equal([]);
  });

  it('over the time limit of its route is answered with 503 and aborted', async () => {
    let reason: unknown;
    const slow = route.get('/slow', { timeout: 20 }, ({ signal }) => {
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason;
          reject(signal.reason);
        });
      });
    });
    const quick = route.get('/quick', { timeout: 60_000 }, () => 'x');
    const serving = serve([{ name: 'blog', values: [slow, quick] }]);
    const { status, json } = await serving.server.inject('GET', '/blog/slow');
    expect(status).to.equal(503);
    expect(json()).to.include({ code: 'TIMED_OUT' });
    expect(reason).to.include({ code: 'TIMED_OUT' });
    expect((await serving.server.inject('GET', '/blog/quick')).body).to.equal('x');
    await until(() => serving.snapshot.users === 0);
    expect(serving.lines).to.deep.equal([]);
  });

  it('of an owner that has to leave is answered with 503; others go on', async () => {
    const leaving = gate();
    const staying = gate();
    const serving = serve([
      { name: 'blog', values: [leaving.wait] },
      { name: 'news', values: [staying.wait] },
    ]);
    const { server, snapshot } = serving;
    const cut = server.inject('GET', '/blog/wait');
    const kept = server.inject('GET', '/news/wait');
    await until(() => leaving.state.entered + staying.state.entered === 2);
    const owner = serving.owner('blog');
    expect([server.inFlight(), server.inFlight(owner)]).to.deep.equal([2, 1]);
    expect(server.abort(owner)).to.equal(1);
    const { status, json } = await cut;
    expect([status, json<{ code: string }>().code]).to.deep.equal([503, 'DRAINED']);
    await until(() => snapshot.users === 1);
    staying.open();
    expect((await kept).body).to.equal('opened');
    leaving.open();
    await until(() => snapshot.users === 0);
  });

  it('takes scoped services of its own and disposes of them before it lets its snapshot go', async () => {
    const events: string[] = [];
    const container = new Container({ owner: 'blog' });
    container.scoped('posts' as string, () => ({ made: events.push('made') }), {
      dispose: async () => {
        await Promise.resolve();
        events.push(`disposed, users ${serving.snapshot.users}`);
      },
    });
    const use = route.get('/use', {}, async ({ services }) => {
      await Promise.resolve();
      return Reflect.get(services, 'posts') === Reflect.get(container.services, 'posts');
    });
    const serving = serve([{ name: 'blog', values: [use], container }]);
    expect((await serving.server.inject('GET', '/blog/use')).body).to.equal('true');
    await until(() => serving.snapshot.users === 0);
    expect(events).to.deep.equal(['made', 'disposed, users 1']);
  });

  it('is the current scope of everything it calls', async () => {
    const id = route.get('/id', {}, async (context) => {
      await new Promise(setImmediate);
      return currentScope() === context.req.context ? context.id : 'other';
    });
    const { server } = serve([{ name: 'blog', values: [id] }]);
    const { body, headers } = await server.inject('GET', '/blog/id');
    expect(body).to.equal(headers['x-request-id']);
  });

  it('keeps a harmless id and trace of its caller and replaces others', async () => {
    const trace = route.get('/trace', {}, ({ id, trace }) => ({ id, trace: trace ?? null }));
    const { server } = serve([{ name: 'blog', values: [trace] }]);
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const kept = await server.inject('GET', '/blog/trace', {
      headers: { 'x-request-id': 'a:1', traceparent },
    });
    expect(kept.headers['x-request-id']).to.equal('a:1');
    expect(kept.json()).to.deep.equal({
      id: 'a:1',
      trace: { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', parentId: '00f067aa0ba902b7', sampled: true },
    });
    const given = { 'x-request-id': 'a b"', traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` };
    const replaced = await server.inject('GET', '/blog/trace', { headers: given });
    expect(replaced.json<{ id: string; trace: null }>().id).to.match(/^[\w-]{10,}$/);
    expect(replaced.json<{ trace: null }>().trace).to.equal(null);
    const other = await server.inject('GET', '/blog/trace');
    expect(other.headers['x-request-id']).not.to.equal(replaced.headers['x-request-id']);
  });

  it('waiting in a pipeline lets its snapshot go when the connection breaks', async () => {
    const { wait, open, state } = gate();
    const serving = serve([{ name: 'blog', values: [wait] }]);
    const { port } = await serving.server.listen();
    const socket = connect(port, '127.0.0.1');
    const line = 'GET /blog/wait HTTP/1.1\r\nhost: x\r\n\r\n';
    socket.write(line + line + line);
    await until(() => state.entered === 3);
    expect(serving.snapshot.users).to.equal(3);
    socket.destroy();
    open();
    await until(() => serving.snapshot.users === 0);
    await serving.server.close({ timeout: 0 });
  });
});

describe('A snapshot that nobody uses any more', () => {
  it('is collected, with its routes and what they compiled', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const serving = serve([]);
    const publishNew = async (): Promise<WeakRef<Route>> => {
      const values = [
        route.get('/it', { response: {} }, () => 'x'),
        route.get('/later', {}, async () => 'x'),
      ];
      serving.publish([{ name: 'blog', values }]);
      await serving.server.inject('GET', '/blog/it');
      await serving.server.inject('GET', '/blog/later');
      const [first] = values;
      if (!first) throw new Error('there are two routes');
      return new WeakRef(first);
    };
    const old = await publishNew();
    serving.publish([]);
    await new Promise(setImmediate);
    collect();
    expect(old.deref()).to.equal(undefined);
  });
});

describe('A scope that has ended', () => {
  it('is held by nothing that its request left behind, such as a timer or a pooled connection', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const serving = serve([]);
    const left: NodeJS.Timeout[] = [];
    const seen: unknown[] = [];
    const publishNew = async (): Promise<WeakRef<Route>> => {
      const values = [
        route.get('/it', {}, () => {
          left.push(setInterval(() => seen.push(currentScope()?.id), 1));
          return 'x';
        }),
      ];
      serving.publish([{ name: 'blog', values }]);
      await serving.server.inject('GET', '/blog/it', { headers: { 'x-request-id': 'mine' } });
      const [first] = values;
      if (!first) throw new Error('there is a route');
      return new WeakRef(first);
    };
    const old = await publishNew();
    serving.publish([]);
    await until(() => seen.length > 2);
    expect(seen).to.include('mine');
    await new Promise(setImmediate);
    collect();
    expect(old.deref()).to.equal(undefined);
    for (const timer of left) clearInterval(timer);
  });
});

describe('Closing', () => {
  it('lets what is in flight finish, then frees the port', async () => {
    const { wait, open, state } = gate();
    const serving = serve([{ name: 'blog', values: [wait] }]);
    const { port } = await serving.server.listen();
    const answer = fetch(`http://127.0.0.1:${port}/blog/wait`);
    await until(() => state.entered === 1);
    const closed = serving.server.close({ timeout: 10_000 });
    const refused = await fetch(`http://127.0.0.1:${port}/blog/wait`).catch((error) => error.cause.code);
    expect(refused).to.equal('ECONNREFUSED');
    open();
    const { status, headers } = await answer;
    expect([status, headers.get('connection')]).to.deep.equal([200, 'close']);
    await closed;
    await until(() => serving.snapshot.users === 0);
    const again = serve([], { port });
    expect((await again.server.listen()).port).to.equal(port);
    await again.server.close({ timeout: 0 });
  });

  it('sends the whole of a long answer to a slow client', async () => {
    const long = route.get('/long', {}, () => 'x'.repeat(8_000_000));
    const serving = serve([{ name: 'blog', values: [long] }]);
    const { port } = await serving.server.listen();
    let length = 0;
    const ended = new Promise<void>((resolve, reject) => {
      request({ port, path: '/blog/long' }, (response) => {
        serving.server.close({ timeout: 10_000 }).catch(reject);
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
          response.pause();
          setImmediate(() => response.resume());
        });
        response.on('error', reject).on('end', resolve);
      })
        .on('error', reject)
        .end();
    });
    await ended;
    expect(length).to.equal(8_000_000);
  });

  it('ends idle connections at once, and what is not done at the deadline', async () => {
    const { wait, state } = gate();
    const serving = serve([{ name: 'blog', values: [wait, route.get('/quick', {}, () => 'x')] }]);
    const { port } = await serving.server.listen();
    await fetch(`http://127.0.0.1:${port}/blog/quick`);
    const answer = fetch(`http://127.0.0.1:${port}/blog/wait`).then(
      ({ status }) => status,
      () => 'cut',
    );
    await until(() => state.entered === 1);
    await serving.server.close({ timeout: 20 });
    expect(state.aborted).to.include({ code: 'DRAINED' });
    expect(await answer).to.be.oneOf([503, 'cut']);
    await until(() => serving.snapshot.users === 0);
  });
});
