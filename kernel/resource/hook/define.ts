import type { EntityDefinition } from '../../data/entity/define.ts';
import type { Entities } from '../../data/entity/types.ts';
import { type HookContextOf, type HookHandler, type OperationName, untypedHandler } from './context.ts';

/**
 * `around` holds the rest in its hands and may do without it; `before` and `after` the operation itself, in its
 * transaction; `afterCommit` once that is committed and can no longer fail.
 */
export type Phase = 'around' | 'before' | 'after' | 'afterCommit';

export interface HookOptions {
  /** Higher is called earlier; 0 if left out. Equals are called in the order of the extensions, then of their ids. */
  readonly priority?: number;
  /** What `backplane hooks` calls it; the name of its function or file if left out. */
  readonly id?: string;
}

/** What is done at an operation of an entity's manager. */
export class Hook {
  readonly phase: Phase;
  /** Name of an entity, or `*` for all. */
  readonly entity: string;
  /** Name of an operation or method, or `*` for all. */
  readonly operation: string;
  readonly handler: HookHandler;
  readonly priority: number;
  readonly id: string | undefined;

  constructor(
    phase: Phase,
    entity: string,
    operation: string,
    handler: HookHandler,
    { priority = 0, id }: HookOptions = {},
  ) {
    this.phase = phase;
    this.entity = entity;
    this.operation = operation;
    this.handler = handler;
    this.priority = priority;
    this.id = id ?? (handler.name === '' ? undefined : handler.name);
  }
}

/** An entity: its definition, its name, or `*` for all. */
type EntityReference = EntityDefinition | (keyof Entities & string) | '*';

type DefinitionOf<Reference> = Reference extends EntityDefinition
  ? Reference
  : Reference extends keyof Entities
    ? Entities[Reference]
    : EntityDefinition;

type DeclareHook = <const Reference extends EntityReference, const Operation extends OperationName>(
  entity: Reference,
  operation: Operation,
  handler: (context: HookContextOf<Operation, DefinitionOf<Reference>>) => unknown,
  options?: HookOptions,
) => Hook;

type DeclareAround = <const Reference extends EntityReference, const Operation extends OperationName>(
  entity: Reference,
  operation: Operation,
  handler: (context: HookContextOf<Operation, DefinitionOf<Reference>>, next: () => Promise<void>) => unknown,
  options?: HookOptions,
) => Hook;

function declare(phase: Phase): DeclareHook & DeclareAround {
  return (entity: EntityReference, operation: string, handler: unknown, options?: HookOptions) =>
    new Hook(
      phase,
      typeof entity === 'string' ? entity : entity.name,
      operation,
      untypedHandler(handler),
      options,
    );
}

/**
 * Declares what is done at the operations of a manager. A file under `hooks/` exports one, or an array of them.
 *
 * @example
 * export default hooks.before(Post, 'create', async ({ input, actor }) => {
 *   input.slug ??= slugOf(input.title);
 * }, { priority: 100 });
 */
export const hooks: {
  readonly around: DeclareAround;
  readonly before: DeclareHook;
  readonly after: DeclareHook;
  readonly afterCommit: DeclareHook;
} = {
  around: declare('around'),
  before: declare('before'),
  after: declare('after'),
  afterCommit: declare('afterCommit'),
};
