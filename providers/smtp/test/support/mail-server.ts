import type { AddressInfo, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { certificate, privateKey } from './certificate.ts';

/** A mail as it arrived. */
export interface Arrived {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly mail: Email;
  readonly secure: boolean;
  readonly user: unknown;
}

export interface MailServerOptions extends SMTPServerOptions {
  /** Asked when the whole mail is there, before it is taken; what it throws is the reply. */
  readonly onMail?: (arrived: Arrived, socket: Socket) => Promise<void> | void;
}

/** A reply of the server: `reply(550, '5.1.1 No such user')`. */
export function reply(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

/** A mail server that keeps what it gets. */
export class MailServer implements AsyncDisposable {
  readonly arrived: Arrived[] = [];
  readonly #server: SMTPServer;
  readonly #sockets = new Set<Socket>();
  #connections = 0;
  port = 0;

  constructor({ onMail, ...options }: MailServerOptions = {}) {
    this.#server = new SMTPServer({
      cert: certificate,
      key: privateKey,
      authOptional: true,
      closeTimeout: 1,
      ...options,
      onData: (stream, session, done) => {
        const take = async (): Promise<void> => {
          const raw = await textOf(stream);
          const { mailFrom, rcptTo } = session.envelope;
          const mail = await PostalMime.parse(raw);
          const arrived = {
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            ...{ raw, mail, secure: session.secure, user: session.user },
          };
          await onMail?.(arrived, this.#socket());
          this.arrived.push(arrived);
        };
        take().then(() => done(), done);
      },
    });
    this.#server.on('error', () => {});
    this.#server.server.on('connection', (socket: Socket) => {
      this.#connections += 1;
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(options?: MailServerOptions): Promise<MailServer> {
    const server = new MailServer(options);
    await new Promise<void>((resolve) => void server.#server.listen(0, '127.0.0.1', () => resolve()));
    server.port = (server.#server.server.address() as AddressInfo).port;
    return server;
  }

  /** How many have connected so far. */
  get connections(): number {
    return this.#connections;
  }

  /** How many are connected. */
  get connected(): number {
    return this.#sockets.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => void this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #socket(): Socket {
    const [socket] = this.#sockets;
    if (!socket) throw new Error('Nobody is connected.');
    return socket;
  }
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}
