import { messageOf } from '../errors.ts';
import type { EventName, PayloadArguments, PayloadOf } from './events.ts';
import { type EventHandler, type EventInfo, Listener, type ListenerOptions, untyped } from './listener.ts';
import { inOrder, ListenerIndex } from './listener-index.ts';
import type { Callable, ListenerTable } from './listeners.ts';

/** A generation, as far as its listeners go. */
export interface EventScope {
  readonly name: string;
  /** Is it published, and not yet replaced? Otherwise its listeners are not called. */
  isLive(): boolean;
}

/** What an extension sees of the bus. Its listeners belong to its generation and leave with it. */
export interface OwnedEvents {
  /** See {@link EventBus.emit}. */
  emit<Name extends EventName>(name: Name, ...payload: PayloadArguments<Name>): Promise<void>;
  /**
   * Adds a listener, until what is returned is disposed or the generation ends.
   *
   * @param pattern name of an event, or a pattern: `blog.*` (one segment), `blog.**` (one or more), `**` (everything)
   * @throws EVENT_PATTERN_INVALID
   */
  on<const Name extends string>(
    pattern: Name,
    handler: EventHandler<PayloadOf<Name>, EventInfo>,
    options?: ListenerOptions,
  ): Disposable;
  /** The same for the first event only. */
  once<const Name extends string>(
    pattern: Name,
    handler: EventHandler<PayloadOf<Name>, EventInfo>,
    options?: ListenerOptions,
  ): Disposable;
}

export interface EventBusOptions {
  /** The contributed listeners of the current snapshot. */
  readonly table: () => ListenerTable;
  /** Told what a listener threw. */
  readonly onError: (error: unknown, owner: string, event: string) => void;
}

interface Added extends Callable {
  readonly scope: EventScope;
}

/** Brings events to those who listen: to the listeners of the snapshot, and to those that extensions add as they run. */
export class EventBus {
  readonly #options: EventBusOptions;
  readonly #index = new ListenerIndex<Added>();
  readonly #byScope = new Map<EventScope, Set<Added>>();
  readonly #removed = new WeakSet<EventScope>();
  readonly #spent = new WeakSet<object>();
  #nextOrder = 0;

  constructor(options: EventBusOptions) {
    this.#options = options;
  }

  /**
   * Calls the listeners one after another, by priority, each awaited. What one throws goes to `onError`; the rest are
   * called all the same.
   *
   * @returns when the last is done; never rejects
   */
  emit<Name extends EventName>(name: Name, ...[payload]: PayloadArguments<Name>): Promise<void> {
    return this.#dispatch(name, payload);
  }

  /** The bus as the owner of a scope sees it. */
  for(scope: EventScope): OwnedEvents {
    return {
      emit: (name, ...payload) => this.emit(name, ...payload),
      on: (pattern, handler, options = {}) =>
        this.#add(scope, new Listener<EventInfo>(pattern, untyped(handler), options)),
      once: (pattern, handler, options = {}) =>
        this.#add(scope, new Listener<EventInfo>(pattern, untyped(handler), { ...options, once: true })),
    };
  }

  /** Takes away all listeners of a scope, for good: it can add no more. */
  remove(scope: EventScope): void {
    this.#removed.add(scope);
    for (const added of this.#byScope.get(scope) ?? []) this.#delete(added);
  }

  /** How many listeners were added by a scope (or by all) and are still there. Contributed ones do not count. */
  listenerCount(scope?: EventScope): number {
    if (scope) return this.#byScope.get(scope)?.size ?? 0;
    return this.#byScope.values().reduce((sum, added) => sum + added.size, 0);
  }

  async #dispatch(name: string, payload: unknown): Promise<void> {
    const contributed: readonly (Callable | Added)[] = this.#options.table().matching(name);
    for (const listener of inOrder(contributed, this.#index.matching(name))) {
      if (!this.#mayCall(listener)) continue;
      try {
        await listener.call(payload, name);
      } catch (error) {
        this.#report(error, listener.owner, name);
      }
    }
  }

  /** Asked right before the call, for an earlier listener may have taken its time. Marks one that is called once. */
  #mayCall(listener: Callable | Added): boolean {
    if ('scope' in listener) {
      const { scope } = listener;
      if (!scope.isLive() || !this.#byScope.get(scope)?.has(listener)) return false;
      if (listener.once) this.#delete(listener);
      return true;
    }
    if (!listener.once) return true;
    if (this.#spent.has(listener.once)) return false;
    this.#spent.add(listener.once);
    return true;
  }

  #report(error: unknown, owner: string, event: string): void {
    try {
      this.#options.onError(error, owner, event);
    } catch (failure) {
      // Whoever emits must not pay for a reporter that fails; a warning is the last place left to say it.
      process.emitWarning(
        `The error of a listener of "${owner}" could not be reported: ${messageOf(failure)}`,
      );
    }
  }

  #add(scope: EventScope, listener: Listener<EventInfo>): Disposable {
    const added: Added = {
      scope,
      pattern: listener.pattern,
      priority: listener.priority,
      // After all that are contributed with the same priority.
      order: 2 ** 32 + this.#nextOrder++,
      owner: scope.name,
      once: listener.once ? listener : undefined,
      call: (payload, name) => listener.handle(payload, { name }),
    };
    // Code of a generation that has ended may still be running; what it adds would stay for ever.
    if (!this.#removed.has(scope)) {
      const others = this.#byScope.get(scope) ?? new Set();
      this.#byScope.set(scope, others.add(added));
      this.#index.add(added);
    }
    return { [Symbol.dispose]: () => this.#delete(added) };
  }

  #delete(added: Added): void {
    this.#index.delete(added);
    const others = this.#byScope.get(added.scope);
    others?.delete(added);
    if (others?.size === 0) this.#byScope.delete(added.scope);
  }
}
