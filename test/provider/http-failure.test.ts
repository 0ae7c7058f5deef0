import { once } from 'node:events';
import { get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { expect } from 'chai';
import { classifyHttp } from '../../kernel/index.ts';

const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('what an error of HTTP means', () => {
  it('is that nothing was sent when the TLS handshake failed, by fetch and by node:https', async () => {
    // Without a certificate no handshake succeeds.
    const server = createServer({})
      .on('tlsClientError', () => {})
      .listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const errors = [await thrownBy(fetch(url)), await thrownBy(once(get(url), 'response'))];
    server.close();
    for (const error of errors) {
      expect(classifyHttp(error), String(error)).to.include({ class: 'transient', effect: 'none' });
    }
  });

  it('is that nothing was sent when fetch does not even try', async () => {
    for (const url of ['http://127.0.0.1:9', 'ftp://127.0.0.1', 'no address']) {
      expect(classifyHttp(await thrownBy(fetch(url))), url).to.include({
        class: 'transient',
        effect: 'none',
      });
    }
  });

  it('is that it may have been done when TLS fails later', () => {
    const message = 'ssl3_read_bytes:decryption failed or bad record mac';
    for (const code of ['EPROTO', 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC']) {
      const cause = Object.assign(new Error(message), { code });
      expect(classifyHttp(new TypeError('fetch failed', { cause })).effect).to.equal('unknown');
    }
  });
});
