import { extensionFolder, type TestKernel, testKernel, until } from 'backplane/testing';
import { expect } from 'chai';

const from = import.meta.url;

const app = () =>
  extensionFolder({
    'manifest.json': { name: 'app', version: '1.0.0' },
    'routes/things.ts': `
      import express from 'express';
      import { problem, route } from 'backplane';
      const router = express.Router();
      router.get('/legacy/:id', (_req, res) => { res.json({}); });
      export default [
        route.get('/things/:id', {}, ({ params }) => params),
        route.get('/later/:id', {}, async ({ params }) => { await null; return params; }),
        route.post('/things', {}, () => { throw problem(409, 'No.'); }),
        route.get('/slow', {}, ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve))),
        router,
      ];`,
  });

/** Lines of the text whose name and labels hold all of these. */
async function lines(kernel: TestKernel, ...holding: string[]): Promise<string[]> {
  const { body } = await kernel.inject('GET', '/metrics');
  return body
    .split('\n')
    .filter((line) => !line.startsWith('#') && holding.every((part) => line.includes(part)));
}

const requests = (kernel: TestKernel, ...labels: string[]): Promise<string[]> =>
  lines(kernel, 'http_request_duration_seconds_count', ...labels);

describe('GET /metrics', () => {
  it('counts attempts of providers, and instances by their state', async () => {
    using extension = extensionFolder({
      'manifest.json': { name: 'notes', version: '1.0.0' },
      'capabilities/note.ts': `
        import { defineCapability, Type } from 'backplane';
        const operations = { write: { safety: 'idempotent', input: Type.Object({}), output: Type.Object({}) } };
        export default defineCapability('metrics-note', { operations });`,
      'drivers/paper.ts': `
        import { defineDriver, ResponseError, Type } from 'backplane';
        const config = Type.Object({ torn: Type.Boolean({ default: false }) });
        const write = (torn) => { if (torn) throw new ResponseError(401); return {}; };
        export default defineDriver('paper', { capability: 'metrics-note', config, create: ({ torn }) => ({ write: () => write(torn) }) });`,
      'routes/note.ts': `
        import { route } from 'backplane';
        export default route.post('/', {}, async ({ services }) => (await services.providers.for('metrics-note').write({})).value);`,
    });
    const instances = [
      { name: 'torn', driver: 'paper', config: { torn: true } },
      { name: 'new', driver: 'paper', priority: 1 },
    ];
    await using kernel = await testKernel({
      from,
      extensions: ['..', extension],
      settings: { providers: { 'metrics-note': instances } },
    });
    await kernel.inject('POST', '/notes');
    await kernel.inject('POST', '/notes');
    const labels = 'capability="metrics-note",operation="write"';
    expect(await lines(kernel, 'backplane_provider_attempts_total')).to.have.members([
      `backplane_provider_attempts_total{${labels},instance="torn",outcome="config"} 1`,
      `backplane_provider_attempts_total{${labels},instance="new",outcome="ok"} 2`,
    ]);
    expect(await lines(kernel, 'backplane_provider_instances')).to.have.members([
      'backplane_provider_instances{capability="metrics-note",state="disabled"} 1',
      'backplane_provider_instances{capability="metrics-note",state="ready"} 1',
    ]);
  });

  it('writes the text format of Prometheus', async () => {
    await using kernel = await testKernel({ from, extensions: ['..'] });
    await kernel.inject('GET', '/health/live');
    const { status, headers, body } = await kernel.inject('GET', '/metrics');
    expect(status).to.equal(200);
    expect(headers['content-type']).to.equal('text/plain; version=0.0.4; charset=utf-8');
    expect(headers['cache-control']).to.equal('no-store');
    const described = new Set<string>();
    for (const line of body.split('\n').filter(Boolean)) {
      const [, , name = ''] = /^# (HELP|TYPE) (\S+) /.exec(line) ?? [];
      if (name !== '') described.add(name);
      else {
        const [, metric = ''] =
          /^([a-z0-9_]+)(?:\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})? [-+0-9.eE]+$/.exec(line) ?? [];
        expect(
          described.has(metric.replace(/_(bucket|sum|count)$/, '')) || described.has(metric),
          line,
        ).to.equal(true);
      }
    }
    expect([...described]).to.include.members([
      'http_request_duration_seconds',
      'http_requests_in_flight',
      'backplane_publications_total',
      'nodejs_eventloop_lag_p99_seconds',
      'nodejs_gc_duration_seconds',
      'process_resident_memory_bytes',
      'process_cpu_seconds_total',
    ]);
  });

  it('counts requests by method, route as a pattern, status and extension', async () => {
    using extension = app();
    await using kernel = await testKernel({ from, extensions: ['..', extension] });
    await kernel.inject('GET', '/app/things/1');
    await kernel.inject('GET', '/app/things/2');
    await kernel.inject('HEAD', '/app/things/3');
    await kernel.inject('GET', '/app/later/4');
    await kernel.inject('POST', '/app/things');
    await until(async () => (await requests(kernel, '/app/')).length === 4);
    expect(await requests(kernel, '/app/')).to.have.members([
      'http_request_duration_seconds_count{method="GET",route="/app/things/:id",status="200",extension="app"} 2',
      'http_request_duration_seconds_count{method="HEAD",route="/app/things/:id",status="200",extension="app"} 1',
      'http_request_duration_seconds_count{method="GET",route="/app/later/:id",status="200",extension="app"} 1',
      'http_request_duration_seconds_count{method="POST",route="/app/things",status="409",extension="app"} 1',
    ]);
    const all =
      'http_request_duration_seconds_bucket{method="GET",route="/app/things/:id",status="200",extension="app",le="+Inf"} 2';
    expect(await lines(kernel, '/app/things/:id', '"+Inf"', 'GET')).to.deep.equal([all]);
  });

  it('puts all unknown paths, and what Express routers answer, under one label', async () => {
    using extension = app();
    await using kernel = await testKernel({ from, extensions: ['..', extension] });
    for (let path = 0; path < 20; path += 1) await kernel.inject('GET', `/unknown/${path}`);
    for (let path = 0; path < 5; path += 1) await kernel.inject('GET', `/app/legacy/${path}`);
    await until(async () => (await requests(kernel, '(none)', '"200"')).length === 1);
    expect(await requests(kernel, '(none)')).to.have.members([
      'http_request_duration_seconds_count{method="GET",route="(none)",status="404",extension="kernel"} 20',
      'http_request_duration_seconds_count{method="GET",route="(none)",status="200",extension="app"} 5',
    ]);
  });

  it('counts a request that the client gave up as 499', async () => {
    using extension = app();
    await using kernel = await testKernel({ from, extensions: ['..', extension] });
    const leaving = new AbortController();
    const gone = kernel.inject('GET', '/app/slow', { signal: leaving.signal }).catch(() => 'gone');
    await until(() => kernel.http.inFlight() === 1);
    leaving.abort();
    expect(await gone).to.equal('gone');
    await until(async () => (await requests(kernel, '/app/slow', 'status="499"')).length === 1);
  });

  it('shows requests in flight by generation, also of one that drains', async () => {
    using extension = app();
    await using kernel = await testKernel({ from, extensions: ['..', extension] });
    const leaving = new AbortController();
    const slow = kernel.inject('GET', '/app/slow', { signal: leaving.signal }).catch(() => undefined);
    await until(() => kernel.http.inFlight() === 1);
    const inFlight = (): Promise<string[]> => lines(kernel, 'http_requests_in_flight', '"app"');
    expect(await inFlight()).to.deep.equal(['http_requests_in_flight{extension="app",generation="1"} 1']);
    await kernel.extensions.reload('app');
    expect(await inFlight()).to.have.members([
      'http_requests_in_flight{extension="app",generation="2"} 0',
      'http_requests_in_flight{extension="app",generation="1"} 1',
    ]);
    leaving.abort();
    await slow;
    await kernel.extensions.idle();
    expect(await inFlight()).to.deep.equal(['http_requests_in_flight{extension="app",generation="2"} 0']);
  });

  it('tells of loads, publications and failures', async () => {
    using extension = app();
    await using kernel = await testKernel({ from, extensions: ['..', extension] });
    const [before = ''] = await lines(kernel, 'backplane_publications_total');
    await kernel.extensions.reload('app');
    const [after = ''] = await lines(kernel, 'backplane_publications_total');
    expect(Number(after.split(' ')[1])).to.equal(Number(before.split(' ')[1]) + 1);
    expect(await lines(kernel, 'backplane_extension_generation{extension="app"} 2')).to.have.length(1);
    expect(await lines(kernel, 'backplane_extensions{state="active"} 2')).to.have.length(1);

    extension.write({ 'routes/things.ts': 'export default {' });
    await kernel.extensions.sync(['app']);
    expect(await lines(kernel, 'backplane_extension_load_failed{extension="app"} 1')).to.have.length(1);
    expect(await lines(kernel, 'backplane_extension_generation{extension="app"} 2')).to.have.length(1);
  });

  it('lets other extensions add metrics of their own', async () => {
    using extension = extensionFolder({
      'manifest.json': { name: 'app', version: '1.0.0', dependencies: { metrics: '^1.0.0' } },
      'index.ts': `
        import { defineExtension } from 'backplane';
        import { Counter } from 'prom-client';
        export default defineExtension({
          boot({ services, effects }) {
            const orders = new Counter({ name: 'orders_total', help: 'Orders.', registers: [services.metrics] });
            effects.add('metric orders_total', () => services.metrics.removeSingleMetric('orders_total'));
            orders.inc(3);
          },
        });`,
    });
    await using kernel = await testKernel({ from, extensions: ['..', extension] });
    expect(await lines(kernel, 'orders_total')).to.deep.equal(['orders_total 3']);
    await kernel.extensions.disable('app');
    await kernel.extensions.idle();
    expect(await lines(kernel, 'orders_total')).to.deep.equal([]);
  });
});
