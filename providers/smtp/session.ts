import { Readable } from 'node:stream';
import type { default as SMTPConnection, SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import { SmtpError } from './smtp-error.ts';

export interface SessionOptions extends SMTPConnectionOptions {
  readonly login?: { readonly user: string; readonly password: string } | undefined;
}

/** Who gets a mail, as the server is told. */
export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}

export interface Delivery {
  readonly accepted: readonly string[];
  readonly rejected: readonly { readonly address: string; readonly reason: string }[];
}

export interface SessionLimits {
  readonly signal: AbortSignal;
  /** Milliseconds for all of it. */
  readonly timeout: number;
}

/** How large the pieces are in which a mail is given away. */
const piece = 64 * 1024;
/** Milliseconds that a server may take to answer a goodbye. */
const goodbye = 2000;

/**
 * One connection to a server, for one mail.
 *
 * @param mail none to see only whether the server lets us in
 * @throws SmtpError, which knows whether the mail may have been taken
 */
export async function talk(
  options: SessionOptions,
  { signal, timeout }: SessionLimits,
  mail?: { readonly envelope: Envelope; readonly raw: Buffer },
): Promise<Delivery> {
  const { default: Connection } = await import('nodemailer/lib/smtp-connection');
  const { login, ...rest } = options;
  // Whoever does not greet within a third of the time leaves the rest to others.
  const setup = Math.ceil(timeout / 3);
  const connection = new Connection({
    ...rest,
    connectionTimeout: setup,
    greetingTimeout: setup,
    dnsTimeout: setup,
    socketTimeout: timeout,
    socketCloseTimeout: goodbye,
  });
  const progress = { isMailOut: false };
  const failed = Promise.withResolvers<never>();
  const fail = (cause: unknown): void => failed.reject(new SmtpError(cause, progress.isMailOut));
  connection.on('error', fail);
  const onAbort = (): void => fail(signal.reason);
  signal.addEventListener('abort', onAbort);
  // Ahead of the pool's own time-out, which does not know how far this has come.
  const timer = setTimeout(
    () => fail(Object.assign(new Error('The server was too slow'), { code: 'ETIMEDOUT' })),
    timeout * 0.9,
  );
  try {
    if (signal.aborted) onAbort();
    const delivery = await Promise.race([failed.promise, converse(connection, login, mail, progress)]);
    leave(connection);
    return delivery;
  } catch (error) {
    connection.close();
    throw error instanceof SmtpError ? error : new SmtpError(error, progress.isMailOut);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

async function converse(
  connection: SMTPConnection,
  login: SessionOptions['login'],
  mail: Parameters<typeof talk>[2],
  progress: { isMailOut: boolean },
): Promise<Delivery> {
  await step((done) => connection.connect(done));
  if (login) await step((done) => connection.login({ user: login.user, pass: login.password }, done));
  if (mail === undefined) return { accepted: [], rejected: [] };
  const { envelope, raw } = mail;
  const info = await new Promise<SMTPConnection.SentMessageInfo>((resolve, reject) => {
    connection.send(
      { from: envelope.from, to: [...envelope.to], size: raw.length },
      Readable.from(pieces(raw, progress, () => String(connection.lastServerResponse))),
      (error, result) => (error ? reject(error) : resolve(result)),
    );
  });
  if (!progress.isMailOut) {
    // Whatever it has taken, it may have taken.
    throw new SmtpError(protocolFault('The server answered before it had all of the mail'), true);
  }
  return {
    accepted: info.accepted,
    rejected: (info.rejectedErrors ?? []).map(({ recipient = '', response }) => ({
      address: recipient,
      reason: response || 'refused',
    })),
  };
}

/**
 * The connection writes the end of the mail once this has ended, and not before.
 * @param replyToData what the server said last, when it is asked for the first piece
 * @throws where the server does not wait for a mail: it would read its lines as commands
 */
function* pieces(
  raw: Buffer,
  progress: { isMailOut: boolean },
  replyToData: () => string,
): Generator<Buffer> {
  if (!replyToData().startsWith('3')) throw protocolFault(`The server answered DATA by "${replyToData()}"`);
  for (let at = 0; at < raw.length; at += piece) yield raw.subarray(at, at + piece);
  progress.isMailOut = true;
}

function step(work: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => work((error) => (error ? reject(error) : resolve())));
}

function leave(connection: SMTPConnection): void {
  // What the server says now changes nothing any more.
  connection.on('error', () => {});
  const timer = setTimeout(() => connection.close(), goodbye);
  timer.unref();
  connection.once('end', () => clearTimeout(timer));
  connection.quit();
}

function protocolFault(message: string): Error {
  return Object.assign(new Error(message), { code: 'EPROTOCOL', command: 'DATA' });
}
