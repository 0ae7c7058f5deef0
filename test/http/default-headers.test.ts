import { expect } from 'chai';
import express from 'express';
import {
  defineHeaders,
  defineMiddleware,
  problem,
  type RouteHandler,
  reply,
  route,
} from '../../kernel/http/index.ts';
import { compileCards, serve } from './serving.ts';

const defaults = defineHeaders({ 'X-One': '1', 'x-two': '2' });

/** Serves one handler with the defaults, and with a middleware that touches the response or without one. */
async function headersOf(handler: RouteHandler, touched = false): Promise<Record<string, unknown>> {
  const touch = defineMiddleware({
    phase: 'incoming',
    handle: (_req, res, next) => {
      res.setHeader('x-touched', 'yes');
      next();
    },
  });
  const values = [defaults, route.get('/it', {}, handler), ...(touched ? [touch] : [])];
  const { server } = serve([{ name: 'a', values }]);
  return (await server.inject('GET', '/a/it')).headers;
}

describe('Default headers', () => {
  it('are on every answer: routes, routers, problems, unknown paths, methods that are not taken', async () => {
    const router = express.Router();
    router.get('/express', (_req, res) => {
      res.send('x');
    });
    const values = [
      defaults,
      router,
      route.get('/plain', {}, () => ({})),
      route.get('/empty', {}, () => undefined),
      route.get('/fails', {}, () => {
        throw problem(409);
      }),
    ];
    const { server } = serve([{ name: 'a', values }]);
    for (const path of ['/a/plain', '/a/empty', '/a/fails', '/a/express', '/nowhere']) {
      for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST']) {
        const { headers } = await server.inject(method, path);
        expect(headers, `${method} ${path}`).to.include({ 'x-one': '1', 'x-two': '2' });
        expect(headers, `${method} ${path}`).to.have.property('x-request-id');
      }
    }
  });

  it('give way to what an answer says itself, however it says it', async () => {
    const ways: Record<string, RouteHandler> = {
      reply: () => reply(200, 'x', { 'x-one': 'own' }),
      'a header that is set': ({ res }) => {
        res.setHeader('X-ONE', 'own');
        return 'x';
      },
      'an object': ({ res }) => res.writeHead(200, { 'X-One': 'own' }).end(),
      'an object with a phrase': ({ res }) => res.writeHead(200, 'Fine', { 'X-One': 'own' }).end(),
      'a flat list': ({ res }) => res.writeHead(200, ['X-One', 'own']).end(),
      'a response of fetch': () => new Response('x', { headers: { 'x-one': 'own' } }),
    };
    for (const [way, handler] of Object.entries(ways)) {
      for (const touched of [false, true]) {
        expect(await headersOf(handler, touched), way).to.include({ 'x-one': 'own', 'x-two': '2' });
      }
    }
  });

  it('leave a list alone that is used again', async () => {
    const list = ['content-type', 'text/plain'];
    const again: RouteHandler = ({ res }) => res.writeHead(200, list).end();
    const { server } = serve([{ name: 'a', values: [defaults, route.get('/it', {}, again)] }]);
    const first = await server.inject('GET', '/a/it');
    const second = await server.inject('GET', '/a/it');
    expect(first.headers['x-request-id']).not.to.equal(second.headers['x-request-id']);
    expect(list).to.have.length(2);
  });

  it('of two owners may not meet', () => {
    expect(() =>
      serve([
        { name: 'a', values: [defaults] },
        { name: 'b', values: [defineHeaders({ 'x-one': 'other' })] },
      ]),
    ).to.throw(/"x-one".*"?a"?.*"?b"?/);
  });

  it('leave with their owner', async () => {
    const it = route.get('/it', {}, () => 'x');
    const { server, publish } = serve([
      { name: 'a', values: [it] },
      { name: 'b', values: [defaults] },
    ]);
    expect((await server.inject('GET', '/a/it')).headers).to.have.property('x-one');
    publish([{ name: 'a', values: [it] }]);
    expect((await server.inject('GET', '/a/it')).headers).not.to.have.property('x-one');
  });

  for (const [what, values] of [
    ['a name with a space', { 'x y': 'a' }],
    ['a value with a line break', { 'x-y': 'a\nb' }],
    ['a length', { 'Content-Length': '3' }],
  ] as const) {
    it(`that no answer could carry are refused with their owner: ${what}`, () => {
      expect(() => compileCards([{ name: 'bad', values: [defineHeaders(values)] }]))
        .to.throw(/Extension "bad", middleware\/bad\.ts: the header/)
        .with.property('code', 'CONTRIBUTION_INVALID');
    });
  }
});
