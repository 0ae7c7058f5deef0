import {
  type Actor,
  authorities,
  Container,
  defineAuthority,
  defineManager,
  defineRule,
  entities,
  type Grant,
  type Hook,
  hookRegistry,
  Managers,
  type Method,
  managerRegistry,
  resources,
  rules,
} from 'backplane';
import { type Database, DataContext } from 'backplane/data';
import { createLogger } from '../../../kernel/log/index.ts';
import { compileSnapshot } from '../../../kernel/snapshot/index.ts';
import { createKeys, createTables } from '../../data/support/blog.ts';
import type { OpenDatabase } from '../../data/support/databases.ts';
import { Product, Shelf, Tag } from './shop.ts';

export interface Told {
  readonly event: string;
  readonly payload: unknown;
}

/** The shop in a database of its own, with hooks and methods. */
export interface Shop {
  readonly database: Database;
  readonly data: DataContext;
  /** For somebody. */
  readonly as: (actor: Actor | undefined) => Managers;
  readonly system: Managers<'server'>;
  /** Events so far. */
  readonly told: readonly Told[];
  readonly logged: readonly Readonly<Record<string, unknown>>[];
}

interface ShopOptions {
  readonly hooks?: readonly Hook[];
  readonly methods?: Readonly<Record<string, Method>>;
}

export async function openShop(open: OpenDatabase, options: ShopOptions = {}): Promise<Shop> {
  const database = await open();
  const logged: Readonly<Record<string, unknown>>[] = [];
  const { log } = createLogger({
    level: 'info',
    format: 'json',
    context: () => undefined,
    destination: { write: (line) => logged.push(JSON.parse(line)) },
  });
  const container = new Container({ owner: 'shop' });
  const owner = { name: 'shop', generation: 1, prefix: '/shop', container, log };
  const grants = defineAuthority({
    name: 'test',
    grants: ({ actor, permission }) => actor.granted?.[permission] ?? [],
  });
  const polite = defineRule({
    name: 'polite',
    check: async ({ value }) => (String(value).includes('damn') ? 'must be polite' : undefined),
  });
  const given: readonly (readonly [{ readonly name: string }, readonly unknown[]])[] = [
    [entities, [Product, Shelf, Tag]],
    [authorities, [grants]],
    [rules, [polite]],
    [hookRegistry, options.hooks ?? []],
    [managerRegistry, options.methods ? [defineManager(Product, options.methods)] : []],
  ];
  const snapshot = compileSnapshot({
    owners: new Map([['shop', owner]]),
    registries: [entities, authorities, rules, hookRegistry, managerRegistry, resources].map((registry) => ({
      registry,
      owner: 'kernel',
    })),
    contributions: new Map(
      given.map(([{ name }, values]) => [name, values.map((value) => ({ owner, source: 'test', value }))]),
    ),
  });
  const catalog = snapshot.get(entities);
  await createTables(database, catalog);
  await createKeys(database, catalog);
  const data = new DataContext({ databases: { get: () => database }, catalog });
  const told: Told[] = [];
  const managers = new Managers({
    table: snapshot.get(resources),
    data,
    events: { emit: async (event: string, payload?: unknown) => void told.push({ event, payload }) },
    log,
    providers: () => {
      throw new Error('The shop has no providers.');
    },
    actor: () => undefined,
    signal: () => new AbortController().signal,
  });
  return { database, data, as: (actor) => managers.as(actor), system: managers.asSystem(), told, logged };
}

/** Somebody with these grants: `true` is for all rows. */
export function actor(id: string, granted: Readonly<Record<string, Grant | true>> = {}): Actor {
  const entries = Object.entries(granted).map(([name, grant]) => [name, [grant === true ? {} : grant]]);
  return { id, roles: [], granted: Object.fromEntries(entries) };
}

export const root: Actor = { id: 'root', roles: ['admin'] };
