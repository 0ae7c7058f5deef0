import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { expect } from 'chai';
import { problem, reply, route } from '../../kernel/http/index.ts';
import { Type } from '../../kernel/schema/index.ts';
import { serve, until } from './serving.ts';

const View = Type.Object({ id: Type.Integer(), title: Type.String() });

async function answerOf(handler: () => unknown, options = {}) {
  const { server, lines, snapshot } = serve([{ name: 'blog', values: [route.get('/it', options, handler)] }]);
  const response = await server.inject('GET', '/blog/it');
  return { ...response, lines, snapshot };
}

describe('What a handler returns', () => {
  it('leaves as JSON without the fields that the response schema does not name', async () => {
    const options = { response: { 200: View } };
    const { body, headers } = await answerOf(() => ({ id: 1, title: 'é', secret: 'x' }), options);
    expect(body).to.equal('{"id":1,"title":"é"}');
    expect(headers['content-type']).to.equal('application/json; charset=utf-8');
    expect(headers['content-length']).to.equal('21');
  });

  it('may be a promise', async () => {
    const { status, json } = await answerOf(async () => [1, 2]);
    expect([status, json()]).to.deep.equal([200, [1, 2]]);
  });

  it('may be another library’s promise, and one that throws ends its request', async () => {
    // biome-ignore lint/suspicious/noThenProperty: it is what is tested
    const given = await answerOf(() => ({ then: (done: (value: unknown) => void) => done({ a: 1 }) }));
    expect(given.json()).to.deep.equal({ a: 1 });
    const broken = await answerOf(() => ({
      // biome-ignore lint/suspicious/noThenProperty: it is what is tested
      then() {
        throw new Error('no');
      },
    }));
    expect([broken.status, broken.snapshot.users]).to.deep.equal([500, 0]);
  });

  it('is text when it is a string, unless a schema says JSON', async () => {
    const plain = await answerOf(() => 'hello');
    expect([plain.body, plain.headers['content-type']]).to.deep.equal(['hello', 'text/plain; charset=utf-8']);
    const typed = await answerOf(() => 'hello', { response: { 200: Type.String() } });
    expect(typed.body).to.equal('"hello"');
  });

  it('is 204 when it is nothing, and JSON when it is null, a number or a class instance', async () => {
    const nothing = await answerOf(() => undefined);
    expect([nothing.status, nothing.body, nothing.headers['content-length']]).to.deep.equal([
      204,
      '',
      undefined,
    ]);
    expect((await answerOf(() => null)).body).to.equal('null');
    expect((await answerOf(() => 0)).body).to.equal('0');
    expect((await answerOf(() => new Date(0))).json()).to.equal('1970-01-01T00:00:00.000Z');
  });

  it('has the status that the response schemas name', async () => {
    const options = { response: { 201: View, 404: Type.Object({ why: Type.String() }) } };
    expect((await answerOf(() => ({ id: 1, title: 't' }), options)).status).to.equal(201);
    const other = await answerOf(() => reply(404, { why: 'gone', more: 1 }, { 'x-a': '1' }), options);
    expect([other.status, other.body, other.headers['x-a']]).to.deep.equal([404, '{"why":"gone"}', '1']);
  });

  it('has each header once, however it is written, and a length that is true', async () => {
    const answer = await answerOf(() =>
      reply(
        200,
        { a: 1 },
        { 'Content-Type': 'application/x', 'Content-Length': '99', 'Transfer-Encoding': 'chunked' },
      ),
    );
    expect(answer.headers['content-type']).to.equal('application/x');
    expect(answer.headers['content-length']).to.equal('7');
    expect(answer.headers).to.not.have.property('transfer-encoding');
  });

  it('cannot have a status that ends no request', async () => {
    const { status, lines } = await answerOf(() => reply(100));
    expect(status).to.equal(500);
    expect(JSON.stringify(lines)).to.include('from 200 to 599');
    expect(() => problem(200)).to.throw('from 400 to 599');
  });

  it('may set several values of one header, and its own content type', async () => {
    const headers = { 'set-cookie': ['a=1', 'b=2'], 'content-type': 'text/html' };
    const answer = await answerOf(() => reply(200, '<p>', headers));
    expect(answer.headers['set-cookie']).to.deep.equal(['a=1', 'b=2']);
    expect(answer.headers['content-type']).to.equal('text/html');
  });

  it('passes buffers, streams and fetch responses as they are', async () => {
    expect((await answerOf(() => Buffer.from([1, 2]))).bytes).to.deep.equal(Buffer.from([1, 2]));
    expect((await answerOf(() => Readable.from([Buffer.from('a'), Buffer.from('b')]))).body).to.equal('ab');
    expect((await answerOf(() => Readable.from([]))).status).to.equal(200);
    const web = () =>
      new ReadableStream({
        start(controller) {
          controller.enqueue(Buffer.from('web'));
          controller.close();
        },
      });
    expect((await answerOf(web)).body).to.equal('web');
    const fetched = await answerOf(() => new Response('made', { status: 203, headers: { 'x-a': 'b' } }));
    expect([fetched.status, fetched.body, fetched.headers['x-a']]).to.deep.equal([203, 'made', 'b']);
  });

  it('is a 500, logged with its owner, when it does not fit the schema', async () => {
    const { status, json, lines } = await answerOf(() => ({ id: 1 }), { response: { 200: View } });
    expect(status).to.equal(500);
    expect(json()).to.include({ code: 'INTERNAL_ERROR' });
    expect(lines[0]).to.include({ extension: 'blog' });
    expect(lines[0]?.msg).to.match(/GET \/it does not fit its schema for 200: "title" is required/);
  });

  it('becomes a problem when its stream fails before the first byte', async () => {
    const failing = () =>
      new Readable({
        read() {
          this.destroy(new Error('no such file'));
        },
      });
    const { status, lines, snapshot } = await answerOf(failing);
    expect(status).to.equal(500);
    expect(lines[0]).to.include({ extension: 'blog' });
    await until(() => snapshot.users === 0);
  });

  it('breaks the connection when its stream fails in the middle', async () => {
    const failing = async function* () {
      yield Buffer.alloc(100_000);
      throw new Error('disk gone');
    };
    const { server, lines, snapshot } = serve([
      { name: 'blog', values: [route.get('/it', {}, () => Readable.from(failing()))] },
    ]);
    const error = await server.inject('GET', '/blog/it').catch((thrown) => thrown);
    expect(error).to.be.instanceOf(Error);
    expect(lines[0]).to.include({ extension: 'blog' });
    await until(() => snapshot.users === 0);
  });
});
