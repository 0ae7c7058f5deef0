import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

export const accountSid = `AC${'0123456789abcdef'.repeat(2)}`;
export const authToken = 'hunter2hunter2hunter2hunter2hunt';

/** What comes instead of the answer that the request deserves. */
export type Fault = (res: ServerResponse) => void;

/** A problem as Twilio tells it. */
export const refuse =
  (status: number, code: number, headers: Record<string, string> = {}): Fault =>
  (res) => {
    const body = { code, message: `About ${code}`, more_info: 'https://www.twilio.com/docs/errors', status };
    res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

/**
 * A local server in the shape of Twilio's API: basic authentication, form bodies, `Messages.json`, and errors by
 * https://www.twilio.com/docs/api/errors.
 */
export class TwilioServer implements AsyncDisposable {
  readonly url: string;
  /** Bodies of the messages that were to be sent. */
  readonly messages: Record<string, string>[] = [];
  /** Comes once for each next request, the first first. */
  readonly faults: Fault[] = [];
  readonly #close: () => Promise<void>;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
  }

  static async start(): Promise<TwilioServer> {
    const server = createServer((req, res) => void started.#answer(req, res)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const started = new TwilioServer(`http://127.0.0.1:${port}`, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    return started;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = Object.fromEntries(new URLSearchParams(await text(req)));
    const isMessage = req.method === 'POST';
    if (isMessage) this.messages.push(body);
    const fault = this.faults.shift();
    const wanted = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
    const base = `/2010-04-01/Accounts/${accountSid}`;
    if (fault) fault(res);
    else if (req.headers.authorization !== wanted) refuse(401, 20003)(res);
    else if (req.method === 'GET' && req.url === `${base}.json`) json(res, 200, { status: 'active' });
    else if (!isMessage || req.url !== `${base}/Messages.json`) refuse(404, 20404)(res);
    else if (req.headers['content-type'] !== 'application/x-www-form-urlencoded;charset=UTF-8')
      refuse(400, 21604)(res);
    else if (!body.From && !body.MessagingServiceSid) refuse(400, 21603)(res);
    else {
      const num_segments = body.MessagingServiceSid ? '0' : '1';
      json(res, 201, { sid: `SM${this.messages.length}`, status: 'queued', num_segments, error_code: null });
    }
  }
}

function json(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
