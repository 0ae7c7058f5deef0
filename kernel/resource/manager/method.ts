import type { AccessRule } from '../../data/entity/access-rule.ts';
import type { EntityDefinition } from '../../data/entity/define.ts';
import type { Filter } from '../../data/entity/filter.ts';
import type { Entities } from '../../data/entity/types.ts';
import type { Static, TSchema } from '../../schema/index.ts';
import { type Contribution, defineRegistry } from '../../snapshot/index.ts';
import type { HookOwner } from '../hook/call.ts';
import type { HookContext } from '../hook/context.ts';

/** What a method is told and may use, beside its input. */
export type MethodContext<Input> = Omit<HookContext<Input, unknown>, 'result'>;

/** An operation of a manager besides those that every manager has. */
export interface Method<Input extends TSchema = TSchema> {
  /** What it does, in one line: for documents. */
  readonly summary?: string;
  /** Schema of its input; an `id` in it is that of the row which it is about, and which its rule must allow. */
  readonly input?: Input;
  /** Schema of what it returns. */
  readonly output?: TSchema;
  /** Who may call it; the permission `<entity>:<method>` if left out. */
  readonly access?: AccessRule | Filter;
  /** Runs in a transaction, between its hooks. */
  run(context: MethodContext<Static<Input>>): unknown;
}

/** Types a method; does nothing else. */
export function defineMethod<const Input extends TSchema>(method: Method<Input>): Method<Input> {
  return method;
}

// biome-ignore lint/suspicious/noExplicitAny: methods of unlike inputs in one record; each checks its own
type Methods = Readonly<Record<string, Method<any>>>;

/** What an extension adds to the manager of an entity. */
export interface ManagerDefinition<Definition = EntityDefinition, Added extends Methods = Methods> {
  /** Name of the entity. */
  readonly manager: string;
  readonly methods: Added;
  readonly definition?: Definition;
}

/**
 * Adds methods to the manager of an entity. A file under `managers/` exports it. Each runs access rule → validation →
 * hooks → transaction, as the built-in operations do, and can be hooked like them.
 *
 * @example
 * export default defineManager(Post, {
 *   publish: defineMethod({
 *     input: Type.Object({ id: Type.String({ format: 'uuid' }) }),
 *     run: ({ input, services }) => services.data.repository(Post).update(input.id, { status: 'published' }),
 *   }),
 * });
 */
export function defineManager<
  const Reference extends EntityDefinition | (keyof Entities & string),
  const Added extends Methods,
>(entity: Reference, methods: Added): ManagerDefinition<EntityDefinition, Added> {
  return { manager: typeof entity === 'string' ? entity : entity.name, methods };
}

export interface OwnedMethod {
  readonly name: string;
  readonly method: Method;
  readonly owner: HookOwner;
}

/** The methods by entity, as declared. */
export type MethodTable = ReadonlyMap<string, readonly OwnedMethod[]>;

/** Collects `managers/`. */
export const managerRegistry = defineRegistry<ManagerDefinition, MethodTable, HookOwner>({
  name: 'managers',
  folder: 'managers',
  expected: 'what defineManager(Post, { … }) returns',
  accepts: (value): value is ManagerDefinition =>
    typeof value === 'object' && value !== null && 'manager' in value && 'methods' in value,
  compile: compileMethods,
});

function compileMethods(contributions: readonly Contribution<ManagerDefinition, HookOwner>[]): MethodTable {
  const table = new Map<string, OwnedMethod[]>();
  for (const { value, owner } of contributions) {
    const known = table.get(value.manager) ?? [];
    for (const [name, method] of Object.entries(value.methods)) known.push({ name, method, owner });
    table.set(value.manager, known);
  }
  return table;
}
