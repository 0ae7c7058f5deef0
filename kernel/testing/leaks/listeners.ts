import { EventEmitter } from 'node:events';
import type { Leak } from './leak.ts';
import type { FindOrigin, Origin } from './origin.ts';

interface Added {
  readonly emitterName: string;
  readonly event: string | symbol;
  readonly origin: Origin;
  readonly isThere: () => boolean;
}

/** Follows the listeners that extensions add to emitters that live longer than they do. */
export class ListenerTracker {
  readonly #origin: FindOrigin;
  readonly #added = new Set<Added>();
  readonly #unwatch: (() => void)[] = [];

  /**
   * @param emitters by the name that a report calls them by
   * @param origin the line of an extension that is running
   */
  constructor(emitters: Readonly<Record<string, EventEmitter>>, origin: FindOrigin) {
    this.#origin = origin;
    for (const [name, emitter] of Object.entries(emitters)) this.#watch(name, emitter);
  }

  /** What has not been removed. */
  leaks(): readonly Leak[] {
    return [...this.#added]
      .filter(({ isThere }) => isThere())
      .map(({ emitterName, event, origin: { extension, at } }) => ({
        extension,
        what: `a listener for "${String(event)}" on ${emitterName}`,
        at,
      }));
  }

  close(): void {
    for (const unwatch of this.#unwatch) unwatch();
    this.#added.clear();
  }

  #watch(emitterName: string, emitter: EventEmitter): void {
    // EventEmitter's own: `process` declares its events one by one, without this one.
    const { on, off, listeners } = EventEmitter.prototype;
    const onNew = (event: string | symbol, listener: unknown): void => {
      const origin = this.#origin();
      // Node's own listeners, as those of a pipe to standard output, go with what they serve.
      if (origin === undefined || origin === 'kernel' || origin.through === 'node') return;
      const isThere = (): boolean => listeners.call(emitter, event).some((one) => one === listener);
      this.#added.add({ emitterName, event, origin, isThere });
    };
    on.call(emitter, 'newListener', onNew);
    this.#unwatch.push(() => off.call(emitter, 'newListener', onNew));
  }
}
