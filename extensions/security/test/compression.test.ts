import { request } from 'node:http';
import { brotliDecompressSync, createGunzip, gunzipSync } from 'node:zlib';
import { testKernel } from 'backplane/testing';
import { expect } from 'chai';
import { app } from './app.ts';

const from = import.meta.url;
const gzip = { headers: { 'accept-encoding': 'gzip' } };

describe('Compression', () => {
  it('follows what the client accepts, on declared routes as on Express routers', async () => {
    using extension = app();
    await using kernel = await testKernel({ from, extensions: ['..', extension] });
    const expected = { text: 'long '.repeat(1000) };
    for (const path of ['/app/large', '/app/express/large']) {
      const zipped = await kernel.inject('GET', path, gzip);
      expect(zipped.headers['content-encoding'], path).to.equal('gzip');
      expect(zipped.headers.vary, path).to.include('Accept-Encoding');
      expect(zipped.bytes.length, path).to.be.below(500);
      expect(JSON.parse(gunzipSync(zipped.bytes).toString())).to.deep.equal(expected);

      const brotli = await kernel.inject('GET', path, { headers: { 'accept-encoding': 'gzip, br' } });
      expect(brotli.headers['content-encoding'], path).to.equal('br');
      expect(JSON.parse(brotliDecompressSync(brotli.bytes).toString())).to.deep.equal(expected);

      const plain = await kernel.inject('GET', path);
      expect(plain.headers, path).not.to.have.property('content-encoding');
      expect(plain.json()).to.deep.equal(expected);
      const refused = await kernel.inject('GET', path, { headers: { 'accept-encoding': 'identity' } });
      expect(refused.json(), path).to.deep.equal(expected);
    }
  });

  it('leaves alone what is small, partial, or compressed by its nature', async () => {
    using extension = app();
    await using kernel = await testKernel({ from, extensions: ['..', extension] });
    for (const path of ['/app/small', '/app/part', '/app/image', '/app/express/small', '/app/not-modified']) {
      const { headers } = await kernel.inject('GET', path, gzip);
      expect(headers, path).not.to.have.property('content-encoding');
    }
  });

  it('keeps ETag, the length of HEAD, and the body of POST', async () => {
    using extension = app();
    await using kernel = await testKernel({ from, extensions: ['..', extension] });
    expect((await kernel.inject('GET', '/app/large', gzip)).headers.etag).to.equal('"v1"');
    const head = await kernel.inject('HEAD', '/app/large', gzip);
    expect(head.status).to.equal(200);
    expect(head.bytes.length).to.equal(0);
    const sent = { text: 'x'.repeat(3000) };
    const echoed = await kernel.inject('POST', '/app/echo', { ...gzip, body: sent });
    expect(JSON.parse(gunzipSync(echoed.bytes).toString())).to.deep.equal(sent);
  });

  it('lets each chunk of a stream out at once', async () => {
    using extension = app();
    await using kernel = await testKernel({ from, extensions: ['..', extension] });
    const { port } = await kernel.http.listen();
    const client = request({ port, path: '/app/stream', ...gzip });
    const first = await new Promise<string>((resolve, reject) => {
      client.on('error', reject);
      client.on('response', (response) => {
        expect(response.headers['content-encoding']).to.equal('gzip');
        // The stream does not end by itself: what arrives was not held back until it would.
        response.pipe(createGunzip()).once('data', (chunk: Buffer) => resolve(chunk.toString()));
      });
      client.end();
    });
    expect(first).to.equal('first');
    client.destroy();
  });

  it('can be switched off, and set to begin elsewhere', async () => {
    using extension = app();
    const env = { SECURITY_COMPRESSION: 'false' };
    await using off = await testKernel({ from, extensions: ['..', extension], env });
    expect((await off.inject('GET', '/app/large', gzip)).headers).not.to.have.property('content-encoding');
    const low = { SECURITY_COMPRESSION_THRESHOLD: '1' };
    await using early = await testKernel({ from, extensions: ['..', extension], env: low });
    expect((await early.inject('GET', '/app/small', gzip)).headers['content-encoding']).to.equal('gzip');
  });

  it('finishes requests across a reload of the extension', async () => {
    using extension = app();
    await using kernel = await testKernel({ from, extensions: ['..', extension] });
    const answers = Array.from({ length: 20 }, () => kernel.inject('GET', '/app/large', gzip));
    await kernel.extensions.reload('security');
    answers.push(...Array.from({ length: 20 }, () => kernel.inject('GET', '/app/large', gzip)));
    for (const { headers } of await Promise.all(answers))
      expect(headers['content-encoding']).to.equal('gzip');
    await kernel.extensions.idle();
    expect(kernel.extensions.status('security')).to.deep.include({
      generation: 2,
      draining: [],
      effects: [],
    });
  });
});
