import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Something between a database and its server that may fall silent, or be gone. */
export interface Gateway {
  /** That of the server, with this in between. */
  readonly url: string;
  /** Nothing comes through any more, and nobody is told. */
  fallSilent(): void;
  /** All connections end, and nobody listens any more. */
  vanish(): Promise<void>;
  /** After it vanished: it listens again, where it did. */
  comeBack(): Promise<void>;
}

export async function openGateway(url: string): Promise<Gateway> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let isSilent = false;
  const server: Server = createServer((client) => {
    const behind = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, behind],
      [behind, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => isSilent || to.write(bytes));
      from.on('error', () => {});
      from.on('close', () => to.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const through = new URL(url);
  through.port = String(typeof address === 'object' ? address?.port : '');
  const vanish = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: through.href,
    fallSilent() {
      isSilent = true;
    },
    vanish,
    async comeBack() {
      server.listen(Number(through.port), '127.0.0.1');
      await once(server, 'listening');
    },
  };
}
