import { type Contribution, defineRegistry } from '../snapshot/index.ts';
import { type EventOwner, Listener, OwnedContext } from './listener.ts';
import { ListenerIndex, type Placed } from './listener-index.ts';

/** A listener that the bus can call, wherever it comes from. */
export interface Callable extends Placed {
  /** Name of the extension, for errors. */
  readonly owner: string;
  /** Identity of the listener where it is to be called once only. */
  readonly once: object | undefined;
  call(payload: unknown, name: string): unknown;
}

/** The contributed listeners of a snapshot. */
export type ListenerTable = Pick<ListenerIndex<Callable>, 'matching'>;

/** Collects `listeners/`. */
export const listeners = defineRegistry<Listener, ListenerTable, EventOwner>({
  name: 'listeners',
  folder: 'listeners',
  expected: 'a listener made with defineListener(…)',
  accepts: (value) => value instanceof Listener,
  compile: compileListeners,
});

function compileListeners(contributions: readonly Contribution<Listener, EventOwner>[]): ListenerTable {
  const table = new ListenerIndex<Callable>();
  contributions.forEach(({ value: listener, owner }, order) => {
    table.add({
      pattern: listener.pattern,
      priority: listener.priority,
      order,
      owner: owner.name,
      once: listener.once ? listener : undefined,
      call: (payload, name) => listener.handle(payload, new OwnedContext(name, owner)),
    });
  });
  return table;
}
