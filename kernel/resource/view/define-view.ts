import type { EntityDefinition } from '../../data/entity/define.ts';
import type { Entities, RelationName, RelationOf } from '../../data/entity/types.ts';
import type { ReadRow } from '../../data/plan/decode.ts';
import type { Actor } from '../../http/actor.ts';
import type { TSchema } from '../../schema/index.ts';
import type { Seen } from '../manager/manager.ts';

/** What a member of a view is that is to be left out. */
export const leftOut: unique symbol = Symbol('left out');
export type LeftOut = typeof leftOut;

/** Rows at the other end of a relation, as their own view shows them. */
type RelatedView<R> = R extends { readonly kind: 'hasMany' | 'manyToMany' }
  ? readonly ReadRow[]
  : ReadRow | null;

/** What a view may use beside the row. */
export interface ViewContext<Definition = EntityDefinition> {
  /** The value, or what the function returns; the member is left out where the condition does not hold. */
  when<Value>(condition: unknown, value: Value | (() => Value)): Value | LeftOut;
  /** The relation, or what is made of it; the member is left out where it was not asked for. */
  whenLoaded<Name extends RelationName<Definition>>(
    relation: Name,
    make?: (related: RelatedView<RelationOf<Definition, Name>>) => unknown,
  ): unknown;
  /** A field of the pair, where the row is read through a `manyToMany` that has it; left out elsewhere. */
  whenPivot(field: string): unknown;
  readonly actor: Actor | undefined;
  /** Language to answer in, a BCP 47 tag. */
  readonly locale: string;
}

export interface ViewOptions {
  /** What it makes, for documents; any object if left out. */
  readonly schema?: TSchema;
  /** For one that has to be asked for by its name, `?view=summary`; without a name it is the usual one. */
  readonly name?: string;
  /** The version of the API that it is for; without one it is for all that have none of their own. */
  readonly version?: string;
}

/** How the rows of an entity leave the server. */
export interface ViewDefinition {
  /** Name of the entity. */
  readonly view: string;
  readonly represent: (row: never, context: never) => object;
  readonly options: ViewOptions;
}

type DefinitionOf<Reference> = Reference extends EntityDefinition
  ? Reference
  : Reference extends keyof Entities
    ? Entities[Reference]
    : EntityDefinition;

/**
 * Defines how rows of an entity leave the server. A file under `views/` exports it. It is given rows as the actor may see
 * them: a field that they may not read is missing. `id` is always there, whatever it makes.
 *
 * @example
 * export default defineView(Post, (post, { when, whenLoaded, actor }) => ({
 *   title: post.title,
 *   words: post.body?.split(' ').length,
 *   isMine: when(actor, () => post.authorId === actor?.id),
 *   comments: whenLoaded('comments'),
 * }));
 */
export function defineView<const Reference extends EntityDefinition | (keyof Entities & string)>(
  entity: Reference,
  represent: (row: Seen<DefinitionOf<Reference>>, context: ViewContext<DefinitionOf<Reference>>) => object,
  options: ViewOptions = {},
): ViewDefinition {
  return { view: typeof entity === 'string' ? entity : entity.name, represent, options };
}

export function isViewDefinition(value: unknown): value is ViewDefinition {
  return (
    typeof value === 'object' &&
    value !== null &&
    'view' in value &&
    typeof value.view === 'string' &&
    'represent' in value &&
    typeof value.represent === 'function' &&
    'options' in value
  );
}
