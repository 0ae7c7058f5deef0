import type { Services } from '../../container/index.ts';
import type { Database } from '../../data/database/database.ts';
import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { Entity, Update } from '../../data/entity/types.ts';
import type { AggregateRow } from '../../data/plan/decode-aggregate.ts';
import type { Page } from '../../data/plan/page.ts';
import type { AggregateRequest, ReadRequest } from '../../data/plan/request.ts';
import type { Actor } from '../../http/actor.ts';
import type { Logger } from '../../log/index.ts';
import type { HookedInput } from '../manager/input.ts';

/** The operations that every manager has. */
export const operations = [
  'list',
  'get',
  'search',
  'aggregate',
  'create',
  'createMany',
  'update',
  'updateMany',
  'delete',
  'deleteMany',
  'restore',
] as const;

export type BuiltinOperation = (typeof operations)[number];

/** A built-in operation, the name of a manager's own method, or `*`. */
export type OperationName = BuiltinOperation | (string & {});

/** What every hook is told and may use. */
export interface HookContext<Input = unknown, Result = unknown> {
  readonly entity: EntitySchema;
  readonly operation: string;
  readonly actor: Actor | undefined;
  /** The database whose transaction this is part of: what the hook writes is kept or undone with the rest. */
  readonly transaction: Database | undefined;
  /** May be changed in place, or replaced. */
  input: Input;
  /** Set once the operation is done; `after` may change or replace it. */
  result: Result;
  /** Aborts when whoever asked is gone. */
  readonly signal: AbortSignal;
  /** The services of the extension that the hook belongs to. */
  readonly services: Services;
  readonly log: Logger;
}

/** Of an operation on a row that is there. */
export interface RowHookContext<Input, Result> extends HookContext<Input, Result> {
  readonly id: string;
  /** The row as it was before. */
  readonly previous: Result;
}

/** What the hooks of an operation get. Rows are whole: hooks are the server's own code. */
export type HookContextOf<Operation, Definition> = Operation extends 'create'
  ? HookContext<HookedInput<Definition>, Entity<Definition>>
  : Operation extends 'createMany'
    ? HookContext<HookedInput<Definition>[], readonly Entity<Definition>[]>
    : Operation extends 'updateMany'
      ? HookContext<(Update<Definition> & { readonly id: string })[], readonly Entity<Definition>[]>
      : Operation extends 'deleteMany'
        ? HookContext<string[], undefined>
        : Operation extends 'update'
          ? RowHookContext<Update<Definition>, Entity<Definition>>
          : Operation extends 'delete' | 'restore'
            ? RowHookContext<undefined, Entity<Definition>>
            : Operation extends 'list' | 'search'
              ? HookContext<ReadRequest, Page>
              : Operation extends 'get'
                ? HookContext<Pick<ReadRequest, 'fields' | 'include'>, Record<string, unknown>> & {
                    readonly id: string;
                  }
                : Operation extends 'aggregate'
                  ? HookContext<AggregateRequest, readonly AggregateRow[]>
                  : HookContext;

export type HookHandler = (context: never, next: () => Promise<void>) => unknown;

/** A handler for the list of all handlers, which cannot say that each only ever gets the context of its operation. */
export function untypedHandler(handler: unknown): HookHandler {
  if (typeof handler === 'function') return handler as HookHandler;
  throw new TypeError('A hook needs a handler: hooks.before(Post, "create", (context) => …).');
}
