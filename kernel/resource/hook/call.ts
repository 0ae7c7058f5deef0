import { type Container, currentScope, type Services } from '../../container/index.ts';
import type { Database } from '../../data/database/database.ts';
import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { Actor } from '../../http/actor.ts';
import type { Logger } from '../../log/index.ts';
import type { Owner } from '../../snapshot/index.ts';
import type { RowHookContext } from './context.ts';

/** Whose code a hook is. */
export interface HookOwner extends Owner {
  readonly container: Container;
  readonly log: Logger;
}

/** One call of a manager, as its hooks see and change it. */
export interface Call {
  readonly entity: EntitySchema;
  readonly operation: string;
  readonly actor: Actor | undefined;
  readonly signal: AbortSignal;
  transaction: Database | undefined;
  /** Of the row that it is about; empty if it is about none. */
  readonly id: string;
  input: unknown;
  previous: unknown;
  result: unknown;
}

/** A call as the hooks of one owner see it: its services, its log, and one state with all others. */
export class OwnedCall implements RowHookContext<unknown, unknown> {
  readonly #call: Call;
  readonly #owner: HookOwner;

  constructor(call: Call, owner: HookOwner) {
    this.#call = call;
    this.#owner = owner;
  }

  get entity(): EntitySchema {
    return this.#call.entity;
  }

  get operation(): string {
    return this.#call.operation;
  }

  get actor(): Actor | undefined {
    return this.#call.actor;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  get transaction(): Database | undefined {
    return this.#call.transaction;
  }

  get id(): string {
    return this.#call.id;
  }

  get previous(): unknown {
    return this.#call.previous;
  }

  get input(): unknown {
    return this.#call.input;
  }

  set input(input: unknown) {
    this.#call.input = input;
  }

  get result(): unknown {
    return this.#call.result;
  }

  set result(result: unknown) {
    this.#call.result = result;
  }

  get services(): Services {
    const { container } = this.#owner;
    return currentScope()?.of(container) ?? container.services;
  }

  get log(): Logger {
    return this.#owner.log;
  }
}
