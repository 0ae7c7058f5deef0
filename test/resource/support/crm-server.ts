import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A contact as the service keeps it. */
export interface Item {
  contact_id: string;
  full_name: string;
  mail: string | null;
  owner: string | null;
  state: string;
  visits: number;
  note: string | null;
  score: number | null;
  created: string;
  updated: string;
}

/**
 * What the service does to the next request instead of its work: a status or an answer; `write and hang` works, and never
 * answers.
 */
export type Fault = number | object | 'hang' | 'write and hang' | 'malformed' | 'throttled';

/** A service that keeps contacts, over HTTP: pages by cursor, keys of idempotency, preconditions; and its bad days. */
export class CrmServer implements AsyncDisposable {
  readonly url: string;
  readonly items = new Map<string, Item>();
  /** `GET /contacts?limit=25`, in the order of their arrival. */
  readonly requests: string[] = [];
  /** What comes over the next requests, one each. */
  readonly faults: Fault[] = [];
  readonly #keys = new Map<string, Item>();
  readonly #close: () => Promise<void>;
  #moment = Date.UTC(2026, 0, 1);

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
  }

  static async start(): Promise<CrmServer> {
    const server = createServer((req, res) => {
      let text = '';
      req.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      req.on('end', () => started.#handle(req, res, text === '' ? {} : JSON.parse(text)));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const started = new CrmServer(`http://127.0.0.1:${port}`, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    return started;
  }

  /** Instances of the driver for it. */
  settings(names: readonly string[] = ['main']) {
    const instances = names.map((name, priority) => ({
      name,
      driver: 'acme',
      priority,
      deduplication: 'acme',
      config: { url: this.url },
      secrets: { token: 'hunter2hunter2' },
    }));
    return { providers: { crm: instances } };
  }

  add(values: Partial<Item> = {}): Item {
    const number = this.items.size + 1;
    this.#moment += 1000;
    const moment = new Date(this.#moment).toISOString();
    const item: Item = {
      contact_id: `c-${String(number).padStart(5, '0')}`,
      full_name: `Contact ${number}`,
      ...{ mail: null, owner: null, state: 'lead', visits: 0, note: 'secret note', score: null },
      ...{ created: moment, updated: moment },
      ...values,
    };
    this.items.set(item.contact_id, item);
    return item;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }

  #handle(req: IncomingMessage, res: ServerResponse, body: Partial<Item>): void {
    const url = new URL(req.url ?? '/', this.url);
    this.requests.push(`${req.method} ${decodeURIComponent(url.pathname)}${url.search}`);
    const answer = (status: number, value?: unknown): void => {
      res.writeHead(status, { 'content-type': 'application/json' });
      res.end(value === undefined ? undefined : JSON.stringify(value));
    };
    const fault = this.faults.shift();
    if (typeof fault === 'number') answer(fault);
    else if (typeof fault === 'object') answer(200, fault);
    else if (fault === 'malformed') answer(200, { items: [{ contact_id: 7 }], next: null });
    else if (fault === 'throttled') res.writeHead(429, { 'retry-after': '90' }).end();
    else if (fault !== 'hang') {
      const [status, value] = this.#work(req, url, body);
      if (fault !== 'write and hang') answer(status, value);
    }
  }

  #work(req: IncomingMessage, url: URL, body: Partial<Item>): readonly [status: number, value?: unknown] {
    const [, what, id] = url.pathname.split('/').map(decodeURIComponent);
    if (what === 'keys') {
      const done = this.#keys.get(id ?? '');
      return done ? [200, done] : [404];
    }
    if (id === undefined) return req.method === 'POST' ? this.#create(req, body) : [200, this.#list(url)];
    const item = this.items.get(id);
    if (item === undefined) return [404];
    if (req.method === 'GET') return [200, item];
    const seen = req.headers['x-if-updated'];
    if (seen !== undefined && seen !== item.updated) return [412];
    if (req.method === 'DELETE') {
      this.items.delete(id);
      return [204];
    }
    this.#moment += 1000;
    Object.assign(item, body, { updated: new Date(this.#moment).toISOString() });
    return [200, item];
  }

  #create(req: IncomingMessage, body: Partial<Item>): readonly [number, unknown?] {
    const key = String(req.headers['idempotency-key']);
    const done = this.#keys.get(key);
    if (done) return [201, done];
    if (body.mail && [...this.items.values()].some(({ mail }) => mail === body.mail)) return [422];
    const item = this.add(body);
    this.#keys.set(key, item);
    return [201, item];
  }

  #list({ searchParams: query }: URL): object {
    const number = (name: string, other: number): number => Number(query.get(name) ?? other);
    const limit = number('limit', 25);
    const found = [...this.items.values()].filter(
      (item) =>
        (!query.has('ids') || query.get('ids')?.split(',').includes(item.contact_id)) &&
        (!query.has('mail') || item.mail === query.get('mail')) &&
        (!query.has('owner') || item.owner === query.get('owner')) &&
        (!query.has('unowned') || (item.owner === null) === (query.get('unowned') === 'true')) &&
        query.getAll('state').every((state) => item.state === state) &&
        (!query.has('states') || query.get('states')?.split(',').includes(item.state)) &&
        item.visits >= number('visits_from', 0) &&
        item.visits < number('visits_below', Number.POSITIVE_INFINITY),
    );
    const [name = 'contact_id', direction = 'asc'] = (query.get('sort') ?? 'contact_id:asc').split(':');
    const sign = direction === 'asc' ? 1 : -1;
    const key = (item: Item): string => String(new Map(Object.entries(item)).get(name));
    found.sort((a, b) => (key(a) < key(b) ? -1 : 1) * sign);
    const start = number('cursor', 0);
    const next = start + limit < found.length ? String(start + limit) : null;
    const total = query.get('count') === 'true' ? { total: found.length } : {};
    return { items: found.slice(start, start + limit), next, ...total };
  }
}
