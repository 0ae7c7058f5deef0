import { createHook, executionAsyncId } from 'node:async_hooks';
import type { Leak } from './leak.ts';
import type { FindOrigin, Origin } from './origin.ts';

/** A timer or a handle, as Node makes them: both can say whether they keep the process alive. */
interface Handle {
  hasRef(): boolean;
}

interface Held {
  readonly type: string;
  readonly resource: Handle;
  readonly origin: Origin;
}

export interface ResourceTrackerOptions {
  /** The line of an extension that is running, as far as the stack tells. */
  readonly origin: FindOrigin;
  /** Does the running code surely belong to the kernel under test? */
  readonly isInside: () => boolean;
}

/**
 * Signals go with their listeners, the ports of a channel with their last user, and a monitor of the event loop's delay,
 * even when it was disabled, with the garbage.
 */
const unimportant = new Set(['SIGNALWRAP', 'MESSAGEPORT', 'ELDHISTOGRAM']);

/**
 * Follows the timers and handles that extensions make, by an async hook: it is told of each at its birth, while the stack
 * still says who makes it, and at its end.
 */
export class ResourceTracker {
  readonly #options: ResourceTrackerOptions;
  readonly #origins = new Map<number, Origin>();
  readonly #held = new Map<number, Held>();
  readonly #hook = createHook({
    trackPromises: false,
    init: (id, type, _, resource) => {
      // An exception in here would end the process.
      try {
        this.#born(id, type, resource);
      } catch {}
    },
    destroy: (id) => {
      this.#origins.delete(id);
      this.#held.delete(id);
    },
  });

  constructor(options: ResourceTrackerOptions) {
    this.#options = options;
    this.#hook.enable();
  }

  /** What is still alive. */
  leaks(): readonly Leak[] {
    return [...this.#held.values()].filter(isAlive).map(({ type, resource, origin }) => ({
      extension: origin.extension,
      what: describe(type, resource),
      at: origin.at,
    }));
  }

  /** Stops to follow. What is still alive does not keep the process from ending any more. */
  close(): void {
    this.#hook.disable();
    for (const { resource } of this.#held.values()) {
      if ('unref' in resource && typeof resource.unref === 'function') resource.unref();
    }
    this.#origins.clear();
    this.#held.clear();
  }

  #born(id: number, type: string, resource: object): void {
    if (type === 'PROMISE') return;
    const found = this.#options.origin() ?? this.#inherited();
    if (found === undefined || found === 'kernel') return;
    this.#origins.set(id, found);
    if (isHandle(resource)) this.#held.set(id, { type, resource, origin: found });
  }

  /** What is made in the callback of something belongs to whoever made that: the stack begins with Node there. */
  #inherited(): Origin | undefined {
    if (!this.#options.isInside()) return undefined;
    const origin = this.#origins.get(executionAsyncId());
    return origin && { ...origin, through: 'others' };
  }
}

function isHandle(resource: object): resource is Handle {
  return 'hasRef' in resource && typeof resource.hasRef === 'function';
}

/**
 * Is it at work? What does not keep the process alive may be a socket that waits in a pool; it counts only when the extension
 * made it itself.
 */
function isAlive({ type, resource, origin }: Held): boolean {
  if ('_destroyed' in resource && resource._destroyed === true) return false;
  if (resource.hasRef()) return true;
  if (type === 'Timeout') return origin.through === 'directly';
  return origin.through !== 'others' && !unimportant.has(type);
}

const descriptions: Readonly<Record<string, string>> = {
  Immediate: 'a loop of setImmediate',
  TCPSERVERWRAP: 'a listening server',
  PIPESERVERWRAP: 'a listening server',
  TCPWRAP: 'an open socket',
  PIPEWRAP: 'an open pipe',
  UDPWRAP: 'a UDP socket',
  PROCESSWRAP: 'a child process',
  FSEVENTWRAP: 'a watched file or folder',
  STATWATCHER: 'a watched file or folder',
  StatWatcher: 'a watched file or folder',
  WORKER: 'a worker thread',
  MESSAGEPORT: 'an open message port',
};

function describe(type: string, resource: Handle): string {
  if (type !== 'Timeout') return descriptions[type] ?? `a handle (${type})`;
  const repeat = '_repeat' in resource && resource._repeat;
  const milliseconds = repeat || ('_idleTimeout' in resource && resource._idleTimeout);
  return `a timer (${repeat ? 'setInterval' : 'setTimeout'}, ${milliseconds} ms)`;
}
