import { Writable } from 'node:stream';
import { Container } from '../../kernel/container/index.ts';
import {
  createHttpServer,
  type HttpServer,
  type HttpSettings,
  middleware,
  pipeline,
  type RouteOwner,
  routes,
  strategies,
} from '../../kernel/http/index.ts';
import { createLogger } from '../../kernel/log/index.ts';
import {
  type AnyRegistry,
  type Contribution,
  compileSnapshot,
  type Snapshot,
} from '../../kernel/snapshot/index.ts';

const registries = [routes, middleware, strategies, pipeline];

/** What one owner contributes: values sorted to the registry that accepts each. */
export interface Card {
  readonly name: string;
  readonly prefix?: string;
  readonly values: readonly unknown[];
  readonly container?: Container;
}

export interface Serving {
  readonly server: HttpServer;
  /** Log lines so far. */
  readonly lines: Record<string, unknown>[];
  readonly snapshot: Snapshot<RouteOwner>;
  owner(name: string): RouteOwner;
  /** Serves these instead. */
  publish(cards: readonly Card[]): Snapshot<RouteOwner>;
}

export const settings: HttpSettings = { host: '127.0.0.1', port: 0, bodyLimit: 1000, requestTimeout: 30_000 };

/** A server for what the cards contribute, which does not listen yet. */
export function serve(
  cards: readonly Card[],
  { ready = () => true, ...changed }: Partial<HttpSettings> & { ready?: () => boolean } = {},
): Serving {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const { log } = createLogger({ level: 'trace', format: 'json', destination });
  const compile = (what: readonly Card[]) => compileSnapshot(activeOf(what, log));
  let snapshot = compile(cards);
  const server = createHttpServer({
    current: () => snapshot,
    settings: { ...settings, ...changed },
    log,
    ready,
  });
  return {
    server,
    lines,
    get snapshot() {
      return snapshot;
    },
    owner(name) {
      const owner = snapshot.active.owners.get(name);
      if (!owner) throw new Error(`no owner ${name}`);
      return owner;
    },
    publish(next) {
      snapshot = compile(next);
      return snapshot;
    },
  };
}

/** Compiles what the cards contribute, for what a compile refuses. */
export function compileCards(cards: readonly Card[]): Snapshot<RouteOwner> {
  return serve(cards).snapshot;
}

function activeOf(cards: readonly Card[], log: RouteOwner['log']) {
  const owners = new Map<string, RouteOwner>();
  const contributions = new Map<string, Contribution<unknown, RouteOwner>[]>();
  for (const { name, prefix = `/${name}`, values, container = new Container({ owner: name }) } of cards) {
    const owner = { name, generation: 1, prefix, container, log: log.child({ extension: name }) };
    owners.set(name, owner);
    for (const value of values) {
      const registry = registryOf(value);
      const list = contributions.get(registry.name) ?? [];
      contributions.set(registry.name, list);
      list.push({ owner, source: `${registry.name}/${name}.ts`, value });
    }
  }
  return {
    owners,
    registries: registries.map((registry) => ({ registry, owner: 'kernel' })),
    contributions,
  };
}

function registryOf(value: unknown): AnyRegistry {
  const found = registries.find((registry) => registry.accepts(value));
  if (!found) throw new Error('no registry accepts this value');
  return found;
}

/** Waits until a condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
