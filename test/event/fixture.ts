import { Container } from '../../kernel/container/index.ts';
import {
  EventBus,
  type EventOwner,
  type EventScope,
  type Listener,
  type ListenerTable,
  listeners,
} from '../../kernel/event/index.ts';
import { createLogger } from '../../kernel/log/index.ts';
import { compileSnapshot } from '../../kernel/snapshot/index.ts';

declare module 'backplane' {
  interface Events {
    'shop.ordered': { id: string };
    'shop.paid': { id: string; amount: number };
    'shop.stock.low': { article: string };
    'shop.closed': undefined;
  }
}

const { log } = createLogger({ level: 'silent', format: 'json', destination: { write: () => undefined } });

export function owner(name: string): EventOwner {
  return { name, generation: 1, prefix: `/${name}`, container: new Container({ owner: name }), log };
}

/** The view of the listeners that these owners contribute, compiled as the kernel does it. */
export function tableOf(contributed: readonly (readonly [EventOwner, Listener])[]): ListenerTable {
  const snapshot = compileSnapshot<EventOwner>({
    owners: new Map(contributed.map(([by]) => [by.name, by])),
    registries: [{ registry: listeners, owner: 'kernel' }],
    contributions: new Map([
      ['listeners', contributed.map(([by, value]) => ({ owner: by, source: 'listeners/a.ts', value }))],
    ]),
  });
  return snapshot.get(listeners);
}

export interface Reported {
  readonly message: string;
  readonly owner: string;
  readonly event: string;
}

/** A bus over those listeners, with what it reports. */
export function createBus(...contributed: (readonly [EventOwner, Listener])[]) {
  const reported: Reported[] = [];
  const state = { table: tableOf(contributed) };
  const bus = new EventBus({
    table: () => state.table,
    onError: (error, by, event) => {
      reported.push({ message: error instanceof Error ? error.message : String(error), owner: by, event });
    },
  });
  return { bus, reported, state };
}

/** A generation that is published until told otherwise. */
export function scope(name: string): EventScope & { live: boolean } {
  return {
    name,
    live: true,
    isLive() {
      return this.live;
    },
  };
}
