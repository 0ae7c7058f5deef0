import type { EventHandler, EventInfo, ListenerOptions, OwnedEvents, PayloadOf } from '../../event/index.ts';
import type { Leak } from './leak.ts';
import type { FindOrigin } from './origin.ts';

/**
 * Follows the listeners that extensions add to the bus in the kernel's name (`services.kernel.events`): their own leave
 * with them, those stay.
 *
 * @param events the kernel's own view of the bus; its methods are exchanged
 * @param origin the line of an extension that is running
 * @returns what has neither been removed nor, listening once, been called
 */
export function trackBusListeners(events: OwnedEvents, origin: FindOrigin): () => readonly Leak[] {
  const added = new Set<Leak>();
  const follow = (method: OwnedEvents['on'], isOnce: boolean): OwnedEvents['on'] =>
    function on<const Name extends string>(
      pattern: Name,
      handler: EventHandler<PayloadOf<Name>, EventInfo>,
      options: ListenerOptions = {},
    ): Disposable {
      const found = origin();
      if (found === undefined || found === 'kernel') return method(pattern, handler, options);
      const { extension, at } = found;
      const leak = { extension, what: `a listener for "${pattern}" on the kernel's events`, at };
      added.add(leak);
      const listening = method<Name>(
        pattern,
        (payload, info) => {
          if (isOnce || options.once) added.delete(leak);
          return handler(payload, info);
        },
        options,
      );
      return {
        [Symbol.dispose]() {
          added.delete(leak);
          listening[Symbol.dispose]();
        },
      };
    };
  events.on = follow(events.on, false);
  events.once = follow(events.once, true);
  return () => [...added];
}
