import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  classifyHttp,
  type Driver,
  defineCapability,
  defineDriver,
  ResponseError,
  type Secret,
  Type,
} from '../../../kernel/index.ts';
import type { DescribeDriverOptions } from '../../../kernel/testing/index.ts';

/** A capability with an operation of each safety but `atMostOnce`. */
export const sms = defineCapability('test-sms', {
  operations: {
    send: {
      safety: 'keyed',
      input: Type.Object({ to: Type.String(), text: Type.String() }),
      output: Type.Object({ id: Type.String() }),
    },
    status: {
      safety: 'read',
      input: Type.Object({ id: Type.String() }),
      output: Type.Object({ id: Type.String(), status: Type.String() }),
    },
  },
});

interface Message {
  readonly id: string;
  readonly body: string;
}

/** An invented API as its documentation would describe it. `heedsKeys: false`: it sends again what it is sent again. */
export function acmeApi({ heedsKeys = true } = {}): { listener: RequestListener; effects: () => number } {
  const messages = new Map<string, Message>();
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const body = await text(req);
    const reply = (status: number, value: unknown): void => {
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (req.headers.authorization !== `Bearer ${acmeKey}`) {
      reply(401, { error: `Unknown key ${req.headers.authorization}` });
      return;
    }
    const key = String(req.headers['idempotency-key'] ?? '');
    const [, kind, name = ''] = (req.url ?? '').split('/').map(decodeURIComponent);
    if (kind === 'account') reply(200, { credit: 10 });
    else if (kind === 'keys') {
      const message = messages.get(name);
      reply(message ? 200 : 404, message ? { id: message.id } : { error: 'Unknown key' });
    } else if (req.method === 'GET') {
      const isKnown = [...messages.values()].some(({ id }) => id === name);
      reply(isKnown ? 200 : 404, isKnown ? { id: name, status: 'sent' } : { error: 'Unknown message' });
    } else if (body.includes('+0')) reply(451, { error: 'We do not reach this number' });
    else {
      const known = heedsKeys ? messages.get(key) : undefined;
      if (known && known.body !== body) {
        reply(409, { error: 'The key is known' });
        return;
      }
      const message = known ?? { id: `m-${messages.size + 1}`, body };
      messages.set(heedsKeys ? key : `${key} ${messages.size}`, message);
      reply(201, { id: message.id });
    }
  };
  return { listener: (req, res) => void answer(req, res), effects: () => messages.size };
}

export const acmeKey = 'acme-key-0123456789';

interface Sent {
  readonly id: string;
}

interface Client {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  send(
    input: { to: string; text: string },
    attempt: { key: string; signal: AbortSignal; timeout: number; number: number },
  ): Promise<Sent>;
  status(input: Sent, attempt: { signal: AbortSignal }): Promise<{ id: string; status: string }>;
}

/** Asks Acme, and throws what is no success. */
export async function ask(url: string, options: RequestInit): Promise<unknown> {
  const response = await fetch(url, options);
  if (!response.ok) throw new ResponseError(response.status, response.headers, await response.json());
  return response.json();
}

function isSent(value: unknown): value is Sent {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
}

/** What a good client does. */
export function goodClient({ url }: { url: string }, { apiKey }: { apiKey: Secret }): Client {
  const headers = { authorization: `Bearer ${apiKey.reveal()}` };
  return {
    url,
    headers,
    async send(input, { key, signal }) {
      const sent = await ask(`${url}/messages`, {
        method: 'POST',
        headers: { ...headers, 'idempotency-key': key },
        body: JSON.stringify(input),
        signal,
      });
      if (!isSent(sent)) throw new Error('The API answered without an id');
      return { id: sent.id };
    },
    async status({ id }, { signal }) {
      const found = await ask(`${url}/messages/${id}`, { headers, signal });
      if (!isSent(found)) throw new Error('The API answered without an id');
      return { id: found.id, status: 'sent' };
    },
  };
}

type Options = Parameters<typeof defineDriver>[1];

/** A driver of Acme that does all as it should, with something else in place of it. */
export function acme(broken: Partial<Record<keyof Options, unknown>> = {}): Driver {
  const good = {
    capability: 'test-sms',
    config: Type.Object({ url: Type.String(), sender: Type.String({ default: 'Acme' }) }),
    secrets: ['apiKey'],
    create: goodClient,
    classify: (error: unknown) =>
      error instanceof ResponseError && error.status === 451
        ? { class: 'declined', effect: 'none', scope: 'provider', code: 'unreachable' }
        : classifyHttp(error),
    async reconcile({ url, headers }: Client, { key, signal }: { key: string; signal: AbortSignal }) {
      const response = await fetch(`${url}/keys/${encodeURIComponent(key)}`, { headers, signal });
      if (!response.ok) return { state: 'unknown' };
      const value: unknown = await response.json();
      return isSent(value) ? { state: 'done', value } : { state: 'unknown' };
    },
    async health({ url, headers }: Client, { signal }: { signal: AbortSignal }) {
      await ask(`${url}/account`, { headers, signal });
    },
  };
  // What is broken on purpose has no type.
  return defineDriver('acme', { ...good, ...broken } as unknown as Options);
}

/** What the author of the driver says about it. */
export const acmeOptions: DescribeDriverOptions<(typeof sms)['declared']> = {
  capability: sms,
  api: { http: () => acmeApi() },
  instance: ({ url }) => ({ config: { url }, secrets: { apiKey: acmeKey } }),
  inputs: {
    send: ({ number }) => ({ to: '+44', text: `Hi ${number}` }),
    status: async ({ number, call }) => {
      const sent = await call('send', { to: '+44', text: `Status ${number}` });
      return { id: isSent(sent) ? sent.id : '' };
    },
  },
  failures: {
    'a number out of reach': {
      operation: 'send',
      input: () => ({ to: '+0', text: 'Hi' }),
      class: 'declined',
      code: 'unreachable',
    },
  },
};
