import { type Container, currentScope, type Services } from '../container/index.ts';
import type { Logger } from '../log/index.ts';
import type { Owner } from '../snapshot/index.ts';
import type { PayloadOf } from './events.ts';
import { compilePattern, type Pattern } from './pattern.ts';

/** Who contributes listeners: a generation of an extension. */
export interface EventOwner extends Owner {
  readonly container: Container;
  readonly log: Logger;
  /** Aborts when the generation ends. */
  readonly signal?: AbortSignal;
}

/** What every handler is told besides the payload. */
export interface EventInfo {
  /** Which event it was, for handlers of a pattern. */
  readonly name: string;
}

/** What the handler of a contributed listener is told and may use. */
export interface ListenerContext extends EventInfo {
  /** The log of the extension that the listener belongs to. */
  readonly log: Logger;
  /** The services of that extension, in the request that emitted where there is one. */
  readonly services: Services;
  /** Aborts when the generation that the listener belongs to ends. */
  readonly signal?: AbortSignal;
}

export type EventHandler<Payload, Info extends EventInfo> = (payload: Payload, info: Info) => unknown;

export interface ListenerOptions {
  /** Higher is called earlier; 0 if left out. Equals are called in the order of the extensions. */
  readonly priority?: number;
  /** Call it for the first event only. */
  readonly once?: boolean;
}

/** A handler and what it listens to. */
export class Listener<Info extends EventInfo = ListenerContext> {
  readonly pattern: Pattern;
  readonly handle: EventHandler<unknown, Info>;
  readonly priority: number;
  readonly once: boolean;

  /** @throws EVENT_PATTERN_INVALID */
  constructor(
    pattern: string,
    handle: EventHandler<unknown, Info>,
    { priority = 0, once = false }: ListenerOptions,
  ) {
    this.pattern = compilePattern(pattern);
    this.handle = handle;
    this.priority = priority;
    this.once = once;
  }
}

/**
 * A listener, as the files under `listeners/` export it. `once` counts per generation of the extension.
 *
 * @param pattern name of an event, or a pattern: `blog.*` (one segment), `blog.**` (one or more), `**` (everything)
 * @param handler awaited before the next listener is called; what it throws is logged and stops nobody
 * @throws EVENT_PATTERN_INVALID
 *
 * @example
 * export default defineListener('blog.published', ({ id }, { services }) => services.feed.add(id));
 */
export function defineListener<const Name extends string>(
  pattern: Name,
  handler: EventHandler<PayloadOf<Name>, ListenerContext>,
  options: ListenerOptions = {},
): Listener {
  return new Listener(pattern, untyped(handler), options);
}

/** A handler for the list of all handlers, which cannot say that each only ever gets the payload of its pattern. */
export function untyped<Payload, Info extends EventInfo>(
  handler: EventHandler<Payload, Info>,
): EventHandler<unknown, Info> {
  return (payload, info) => handler(payload as Payload, info);
}

/** The context of one call, with the services looked up when they are asked for. */
export class OwnedContext implements ListenerContext {
  readonly name: string;
  readonly log: Logger;
  declare readonly signal?: AbortSignal;
  readonly #container: Container;

  constructor(name: string, { container, log, signal }: EventOwner) {
    this.name = name;
    this.log = log;
    this.#container = container;
    if (signal) this.signal = signal;
  }

  get services(): Services {
    return currentScope()?.of(this.#container) ?? this.#container.services;
  }
}
