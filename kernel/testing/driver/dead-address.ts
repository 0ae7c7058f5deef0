import { once } from 'node:events';
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { ApiAddress } from './api-model.ts';
import type { DeadAddress } from './fault.ts';

/** An address at which nothing can be had. */
export interface Dead extends Disposable {
  readonly address: ApiAddress;
  /** Did the driver begin a TLS handshake? */
  readonly sawTls: () => boolean;
}

/** @param scheme of the URL: `http`, `tcp` */
export async function deadAddress(kind: DeadAddress, scheme: string): Promise<Dead> {
  if (kind === 'dns') {
    // A label may have 63 characters (RFC 1035): it fails at once, also where there is no network.
    return dead(scheme, `${'x'.repeat(64)}.invalid`, 80);
  }
  if (kind === 'refused') {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = portOf(server.address());
    server.close();
    await once(server, 'close');
    return dead(scheme, '127.0.0.1', port);
  }
  let saw = false;
  // Without a certificate no handshake succeeds.
  const tls = createTlsServer({}).on('tlsClientError', () => {});
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (chunk) => {
      // What a TLS record of a handshake begins with (RFC 8446, 5.1).
      saw = chunk[0] === 22;
      if (!saw) {
        socket.destroy();
        return;
      }
      socket.pause();
      socket.unshift(chunk);
      tls.emit('connection', socket);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server.address());
  return {
    address: { url: `https://127.0.0.1:${port}`, host: '127.0.0.1', port, tls: true },
    sawTls: () => saw,
    [Symbol.dispose]: () => server.close(),
  };
}

function dead(scheme: string, host: string, port: number): Dead {
  return {
    address: { url: `${scheme}://${host}:${port}`, host, port, tls: false },
    sawTls: () => false,
    [Symbol.dispose]: () => {},
  };
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
