import { request } from 'node:http';
import { expect } from 'chai';
import { route } from '../../kernel/http/index.ts';
import { Type } from '../../kernel/schema/index.ts';
import { serve, until } from './serving.ts';

describe('A body', () => {
  const echo = route.post('/echo', {}, ({ body }) => ({ body: body ?? null }));
  const large = route.post('/large', { bodyLimit: 5000 }, ({ body }) => String(body).length);
  const cards = [{ name: 'blog', values: [echo, large] }];

  const post = (body: string | Buffer, type?: string, headers = {}) =>
    serve(cards).server.inject('POST', '/blog/echo', {
      body,
      headers: { ...(type ? { 'content-type': type } : {}), ...headers },
    });

  it('is parsed by its type: JSON, a form, or text', async () => {
    const json = await post('{"a":[1]}', 'application/vnd.api+json; charset=UTF-8');
    expect(json.json()).to.deep.equal({ body: { a: [1] } });
    const form = await post('a=1&b=2&b=3&__proto__=x', 'application/x-www-form-urlencoded');
    expect(form.body).to.equal('{"body":{"a":"1","b":["2","3"],"__proto__":"x"}}');
    expect((await post('héllo', 'text/plain')).json()).to.deep.equal({ body: 'héllo' });
    expect((await post('', 'application/json')).json()).to.deep.equal({ body: null });
  });

  it('that is malformed is refused with 400', async () => {
    const wrong = [
      '{"a":',
      '{"__proto__":{"x":1}}',
      '{"a":{"constructor":{"prototype":{}}}}',
      Buffer.from([34, 255, 34]),
    ];
    for (const body of wrong) {
      const { status, json } = await post(body, 'application/json');
      expect(status).to.equal(400);
      expect(json()).to.include({ code: 'BODY_MALFORMED' });
    }
  });

  it('of text, where the schema asks for an object, is refused with 415', async () => {
    const body = Type.Object({ title: Type.String() });
    const { server } = serve([{ name: 'blog', values: [route.post('/it', { body }, () => 'x')] }]);
    const headers = { 'content-type': 'text/plain' };
    const { status, json } = await server.inject('POST', '/blog/it', { headers, body: '{"title":"x"}' });
    expect(status).to.equal(415);
    expect(json<{ detail: string }>().detail).to.include('application/json');
  });

  it('of a type, charset or encoding that nobody parses is refused with 415', async () => {
    for (const [type, headers] of [
      ['application/xml', {}],
      [undefined, {}],
      ['text/plain; charset=utf-16', {}],
      ['text/plain', { 'content-encoding': 'gzip' }],
    ] as const) {
      const { status, json } = await post('x', type, headers);
      expect(status).to.equal(415);
      expect(json()).to.include({ code: 'MEDIA_TYPE_UNSUPPORTED' });
    }
  });

  it('over the limit is refused with 413, whether its length is known or not', async () => {
    const big = 'x'.repeat(1001);
    expect((await post(big, 'text/plain')).status).to.equal(413);
    const { server } = serve(cards);
    const { port } = await server.listen();
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'text/plain', 'transfer-encoding': 'chunked' };
      const outgoing = request({ port, path: '/blog/echo', method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      outgoing.on('error', reject);
      outgoing.end(Buffer.alloc(200_000, 'x'));
    });
    expect(status).to.equal(413);
    await server.close({ timeout: 0 });
  });

  it('may be as large as its route allows', async () => {
    const { server } = serve(cards);
    const options = { body: 'x'.repeat(4000), headers: { 'content-type': 'text/plain' } };
    expect((await server.inject('POST', '/blog/large', options)).body).to.equal('4000');
  });

  it('is sent after 100 Continue by a client that asks', async () => {
    const { server } = serve(cards);
    const { port } = await server.listen();
    const answered = await new Promise<string>((resolve, reject) => {
      const headers = { 'content-type': 'text/plain', 'content-length': 2, expect: '100-continue' };
      const outgoing = request({ port, path: '/blog/echo', method: 'POST', headers });
      outgoing.on('error', reject);
      outgoing.on('continue', () => outgoing.end('ok'));
      outgoing.on('response', (response) => response.setEncoding('utf8').on('data', resolve));
      outgoing.flushHeaders();
    });
    expect(answered).to.equal('{"body":"ok"}');
    await server.close({ timeout: 0 });
  });

  it('whose client leaves in the middle leaves nothing behind', async () => {
    const serving = serve(cards);
    const { port } = await serving.server.listen();
    const headers = { 'content-type': 'text/plain', 'content-length': 500 };
    const outgoing = request({ port, path: '/blog/echo', method: 'POST', headers }).on('error', () => {});
    outgoing.write('begin');
    await until(() => serving.server.inFlight() === 1);
    outgoing.destroy();
    await until(() => serving.server.inFlight() === 0);
    await until(() => serving.snapshot.users === 0);
    expect(serving.lines).to.deep.equal([]);
    await serving.server.close({ timeout: 0 });
  });
});
