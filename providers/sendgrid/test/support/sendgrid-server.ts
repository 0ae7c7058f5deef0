import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The body of a mail, as far as the rules below look at it. */
export interface MailSend {
  readonly personalizations: readonly {
    readonly to: readonly Person[];
    readonly cc?: readonly Person[];
    readonly bcc?: readonly Person[];
  }[];
  readonly from: Person;
  readonly reply_to_list?: readonly Person[];
  readonly subject: string;
  readonly content: readonly { readonly type: string; readonly value: string }[];
  readonly attachments?: readonly {
    readonly content: string;
    readonly filename: string;
    readonly type?: string;
    readonly disposition?: string;
    readonly content_id?: string;
  }[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly custom_args?: Readonly<Record<string, string>>;
  readonly mail_settings?: { readonly sandbox_mode?: { readonly enable: boolean } };
}

interface Person {
  readonly email: string;
  readonly name?: string;
}

interface ApiError {
  readonly message: string;
  readonly field: string | null;
}

/** What the server does instead of its work. */
export type Fault = (req: IncomingMessage, res: ServerResponse, mail: MailSend) => void;

export const apiKey = 'SG.0123456789abcdef.secret-part';

/** Answers as the public documentation of the v3 API says, and keeps what it gets. */
export class SendGridServer implements AsyncDisposable {
  readonly mails: MailSend[] = [];
  /** Taken, but not delivered. */
  readonly sandboxed: MailSend[] = [];
  readonly #server: Server;
  /** Of the next requests, one each. */
  readonly faults: Fault[] = [];
  requests = 0;

  constructor() {
    this.#server = createServer((req, res) => void this.#answer(req, res));
  }

  static async start(): Promise<SendGridServer> {
    const server = new SendGridServer();
    await new Promise<void>((resolve) => void server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    this.requests += 1;
    let text = '';
    for await (const chunk of req) text += chunk;
    if (req.headers.authorization !== `Bearer ${apiKey}`) {
      const message = 'The provided authorization grant is invalid, expired, or revoked';
      return refuse(res, 401, [{ message, field: null }]);
    }
    if (req.method === 'GET' && req.url === '/v3/scopes') return send(res, 200, { scopes: ['mail.send'] });
    if (req.url !== '/v3/mail/send') return refuse(res, 404, [{ message: 'not found', field: null }]);
    if (req.method !== 'POST') return refuse(res, 405, [{ message: 'method not allowed', field: null }]);
    if (req.headers['content-type'] !== 'application/json') {
      return refuse(res, 415, [{ message: 'Content-Type should be application/json.', field: null }]);
    }
    const mail: MailSend = JSON.parse(text);
    const fault = this.faults.shift();
    if (fault) return fault(req, res, mail);
    const errors = errorsIn(mail);
    if (errors.length > 0) return refuse(res, 400, errors);
    if (mail.mail_settings?.sandbox_mode?.enable) {
      this.sandboxed.push(mail);
      return send(res, 200, {});
    }
    this.mails.push(mail);
    res.writeHead(202, { 'x-message-id': `filter-${this.mails.length}` }).end();
  }
}

export function refuse(
  res: ServerResponse,
  status: number,
  errors: readonly ApiError[],
  headers: Record<string, string> = {},
): void {
  send(res, status, { errors }, headers);
}

function send(res: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

const reserved =
  /^(x-sg-id|x-sg-eid|received|dkim-signature|content-type|content-transfer-encoding|to|from|subject|reply-to|cc|bcc)$/i;

/** The rules of the reference of `POST /v3/mail/send` that a client can break. */
function errorsIn(mail: MailSend): readonly ApiError[] {
  const errors: ApiError[] = [];
  const fault = (field: string, message: string) => errors.push({ field, message });
  let recipients = 0;
  for (const [index, { to, cc = [], bcc = [] }] of mail.personalizations.entries()) {
    const at = `personalizations.${index}`;
    if (!to?.length)
      fault(
        `${at}.to`,
        'The to array is required for all personalization objects, and must have at least one email object',
      );
    const all = [...(to ?? []), ...cc, ...bcc];
    recipients += all.length;
    const addresses = all.map(({ email }) => email.toLowerCase());
    if (new Set(addresses).size < addresses.length) {
      fault(at, 'Each email address in the personalization block should be unique between to, cc, and bcc.');
    }
    for (const { name = '' } of all)
      if (/[;,]/.test(name)) fault(`${at}.to.name`, 'The name may not contain ; or ,');
  }
  if (mail.personalizations.length === 0 || recipients > 1000)
    fault('personalizations', 'There must be 1 to 1000 recipients');
  if (!mail.from?.email) fault('from.email', 'The from object must be provided for every email send');
  if (!mail.subject) fault('subject', 'The subject is required');
  if (!mail.content?.length)
    fault('content', 'Unless a valid template_id is provided, the content parameter is required');
  const types = mail.content?.map(({ type }) => type) ?? [];
  if (types.indexOf('text/plain') > 0) {
    fault(
      'content',
      'If present, text/plain must be first, followed by text/html, followed by any other content.',
    );
  }
  for (const { value } of mail.content ?? [])
    if (!value)
      fault('content.0.value', 'The content value must be a string at least one character in length.');
  for (const name of Object.keys(mail.headers ?? {}))
    if (reserved.test(name)) fault('headers', `${name} is reserved`);
  for (const value of Object.values(mail.custom_args ?? {}))
    if (typeof value !== 'string') fault('custom_args', 'must be strings');
  for (const { content, filename } of mail.attachments ?? []) {
    if (!content || !/^[A-Za-z0-9+/]+={0,2}$/.test(content))
      fault('attachments.0.content', 'The attachment content must be base64 encoded.');
    if (!filename) fault('attachments.0.filename', 'The filename of the attachment is a required field.');
  }
  return errors;
}
