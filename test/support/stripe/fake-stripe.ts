import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ApiError, FakeAccount, type FakeEvent } from './fake-account.ts';
import { parseForm } from './form.ts';

/** What goes wrong with the next request of a kind. `after`: it is done all the same. */
export type Fault =
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  | { readonly kind: 'hang'; readonly when: 'before' | 'after' }
  /** As Stripe does it, the answer is kept under the key. */
  | { readonly kind: 'error'; readonly status: 500 | 502 | 503; readonly when: 'before' | 'after' }
  | { readonly kind: 'throttled'; readonly retryAfter?: number }
  | { readonly kind: 'lock' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'slow'; readonly until: Promise<unknown> };

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Record<string, string>;
}

interface Received {
  readonly what: string;
  readonly method: string;
  readonly pathname: string;
  readonly text: string;
  readonly key: string | null;
  readonly fault: Fault | undefined;
}

interface Kept {
  readonly request: string;
  /** None while it is being worked on. */
  answer?: Answer;
}

export interface FakeStripeOptions {
  readonly apiKey?: string;
  readonly secret?: string;
}

/**
 * An HTTP server in the shape of Stripe's API: https://docs.stripe.com/api, with its errors, idempotency keys
 * (https://docs.stripe.com/api/idempotent_requests), lists and events, and with faults where a test wants them.
 */
export class FakeStripe implements AsyncDisposable {
  readonly apiKey: string;
  readonly secret: string;
  readonly account: FakeAccount;
  /** `POST /v1/payment_intents`, with the key that came along. */
  readonly requests: {
    readonly what: string;
    readonly key: string | null;
    readonly headers: IncomingMessage['headers'];
  }[] = [];
  /** How many are not answered. */
  hanging = 0;
  /** Milliseconds since 1970, as the server sees it. */
  time = Date.now();
  /** How many of them nobody waits for any more. */
  abandoned = 0;
  readonly #kept = new Map<string, Kept>();
  readonly #faults: { readonly what: RegExp; readonly fault: Fault }[] = [];
  readonly #server: Server;

  private constructor(
    server: Server,
    { apiKey = 'sk_test_fake', secret = 'whsec_fake_secret' }: FakeStripeOptions,
  ) {
    this.apiKey = apiKey;
    this.secret = secret;
    this.account = new FakeAccount(() => Math.floor(this.time / 1000));
    this.#server = server.on('request', (req, res) => void this.#serve(req, res));
  }

  static async listen(options: FakeStripeOptions = {}): Promise<FakeStripe> {
    const server = createServer({ keepAliveTimeout: 1_000 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FakeStripe(server, options);
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('It does not listen.');
    return address.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The settings of an instance that asks this server. */
  instance(name: string, more: object = {}): Record<string, unknown> {
    return {
      name,
      driver: 'stripe',
      config: { apiBase: this.url },
      secrets: { apiKey: this.apiKey, webhookSecret: this.secret },
      ...more,
    };
  }

  /** The next request like that goes wrong. */
  fail(what: RegExp, ...faults: readonly Fault[]): void {
    for (const fault of faults) this.#faults.push({ what, fault });
  }

  /** Nothing goes wrong any more. */
  heal(): void {
    this.#faults.length = 0;
  }

  /** What the API would send, signed now unless something else is said. */
  signed(
    event: FakeEvent | object,
    { secret = this.secret, at = this.time }: { readonly secret?: string; readonly at?: number } = {},
  ): { readonly body: Buffer; readonly headers: { 'stripe-signature': string; 'content-type': string } } {
    const body = Buffer.from(JSON.stringify(event, null, 2));
    const t = Math.floor(at / 1000);
    const v1 = createHmac('sha256', secret).update(`${t}.`).update(body).digest('hex');
    return { body, headers: { 'stripe-signature': `t=${t},v1=${v1}`, 'content-type': 'application/json' } };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    const { method = '', headers } = req;
    const { pathname, search } = new URL(req.url ?? '/', this.url);
    const what = `${method} ${pathname}`;
    const text = method === 'POST' ? Buffer.concat(chunks).toString() : search.slice(1);
    const key = typeof headers['idempotency-key'] === 'string' ? headers['idempotency-key'] : null;
    this.requests.push({ what, key, headers });
    const fault = this.#faultOf(what);
    const isAllowed = headers.authorization === `Bearer ${this.apiKey}`;
    const received = { what, method, pathname, text, key, fault };
    const answer =
      this.#early(received) ??
      (isAllowed
        ? await this.#begin(received)
        : refusal(401, { type: 'invalid_request_error', message: 'Invalid API Key provided: sk_****' }));
    if (answer !== 'none') this.#send(res, answer);
    else if (fault?.kind === 'reset') res.socket?.resetAndDestroy();
    else {
      this.hanging += 1;
      res.on('close', () => {
        this.abandoned += 1;
      });
    }
  }

  /** What goes wrong before anything is done. */
  #early({ fault, key }: Received): Answer | 'none' | undefined {
    if (fault?.kind === 'throttled') {
      const wait = fault.retryAfter;
      const error = { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests' };
      return refusal(429, error, wait === undefined ? {} : { 'retry-after': String(wait) });
    }
    if (fault?.kind === 'lock') {
      const error = { type: 'invalid_request_error', code: 'lock_timeout', message: 'This object is in use' };
      return refusal(429, error, { 'stripe-should-retry': 'true' });
    }
    if (fault && 'when' in fault && fault.when === 'before') {
      return fault.kind === 'error' ? refusal(fault.status, broken) : 'none';
    }
    const running = key === null ? undefined : this.#kept.get(key);
    if (running === undefined || running.answer !== undefined) return undefined;
    const message = 'There is currently another in-progress request using this Idempotent Key.';
    return refusal(409, { type: 'idempotency_error', code: 'idempotency_key_in_use', message });
  }

  async #begin(received: Received): Promise<Answer | 'none'> {
    const { fault, key, method, what, text } = received;
    if (fault?.kind === 'slow') {
      if (key !== null && method === 'POST') this.#kept.set(key, { request: `${what} ${text}` });
      this.hanging += 1;
      await fault.until;
    }
    return this.#answer(received) ?? 'none';
  }

  /** @returns `undefined`: it is not answered */
  #answer({ what, method, pathname, text, key, fault }: Received): Answer | undefined {
    const kept = method === 'POST' && key !== null ? this.#kept.get(key) : undefined;
    if (kept && kept.request !== `${what} ${text}`) {
      const message =
        'Keys for idempotent requests can only be used with the same parameters they were first used with.';
      return refusal(400, { type: 'idempotency_error', message });
    }
    if (kept?.answer) {
      return spoilt(fault, { ...kept.answer, headers: { 'idempotent-replayed': 'true' } });
    }
    const { status, body, isEarly } = this.#do(method, pathname, text, key);
    const answer =
      fault?.kind === 'error' && fault.when === 'after' ? refusal(fault.status, broken) : { status, body };
    if (method === 'POST' && key !== null && !isEarly) {
      this.#kept.set(key, { request: `${what} ${text}`, answer });
    }
    return spoilt(fault, answer);
  }

  #do(
    method: string,
    pathname: string,
    text: string,
    key: string | null,
  ): { readonly status: number; readonly body: string; readonly isEarly: boolean } {
    try {
      const done = this.account.handle(method, pathname, parseForm(text), key);
      return { status: 200, body: JSON.stringify(done), isEarly: false };
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      return { status: thrown.status, body: JSON.stringify(thrown.body), isEarly: thrown.isEarly };
    }
  }

  #faultOf(what: string): Fault | undefined {
    const index = this.#faults.findIndex((one) => one.what.test(what));
    return index === -1 ? undefined : this.#faults.splice(index, 1)[0]?.fault;
  }

  #send(res: ServerResponse, { status, body, headers = {} }: Answer): void {
    res.writeHead(status, {
      'content-type': 'application/json',
      date: new Date(this.time).toUTCString(),
      'request-id': 'req_fake',
      ...headers,
    });
    res.end(body);
  }
}

const broken = { type: 'api_error', message: 'Something went wrong on our end.' };

/** The answer is lost on its way, or comes as something else. */
function spoilt(fault: Fault | undefined, answer: Answer): Answer | undefined {
  if (fault?.kind === 'reset' || fault?.kind === 'hang') return undefined;
  return fault?.kind === 'malformed' ? { status: 200, body: '<html>Bad gateway</html>' } : answer;
}

function refusal(status: number, error: object, headers: Record<string, string> = {}): Answer {
  return { status, body: JSON.stringify({ error }), headers };
}
