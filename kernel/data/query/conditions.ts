import type { AnyEntity, RelationName } from '../entity/types.ts';
import type { EntityModel } from '../model/entity-model.ts';
import { shown } from '../value/shown.ts';
import { conditionsOf } from './arguments.ts';
import { queryInvalid } from './place.ts';
import { type Clause, type Condition, emptyState, type Operator, type QueryState } from './state.ts';
import type { FieldName, FieldValue, Matching, TargetOf, TextField } from './types.ts';

/** Adds conditions to an empty group of them. */
export type Group<Definition> = (group: Conditions<Definition>) => Conditions<Definition>;

interface Parts {
  readonly model: EntityModel;
  readonly state: QueryState;
}

/** What a query is made of; for the files beside this one. */
export let partsOf: <Definition>(conditions: Conditions<Definition>) => Parts;

/**
 * What rows must meet. Immutable: each method returns a new one, and the one that it was called on stays what it was.
 * As in SQL, a row without a value meets no comparison, nor the opposite of one; ask for it by `whereNull`.
 */
export class Conditions<Definition = AnyEntity> {
  readonly #parts: Parts;

  static {
    partsOf = (conditions) => conditions.#parts;
  }

  constructor(model: EntityModel, state: QueryState = emptyState) {
    this.#parts = { model, state };
  }

  /** @example .where({ status: 'published', editorId: null }) */
  where(fields: Matching<Definition>): this;
  /** A group, as in parentheses. @example .where((group) => group.where('views', '>', 9).orWhere('featured', true)) */
  where(group: Group<Definition>): this;
  where<Name extends FieldName<Definition>>(field: Name, value: FieldValue<Definition, Name> | null): this;
  where<Name extends FieldName<Definition>>(
    field: Name,
    operator: Operator,
    value: FieldValue<Definition, Name>,
  ): this;
  where(...given: unknown[]): this {
    return this.#add(this.#read(given));
  }

  /** As {@link where}, for rows that need not meet what stands before it. */
  orWhere(fields: Matching<Definition>): this;
  orWhere(group: Group<Definition>): this;
  orWhere<Name extends FieldName<Definition>>(field: Name, value: FieldValue<Definition, Name> | null): this;
  orWhere<Name extends FieldName<Definition>>(
    field: Name,
    operator: Operator,
    value: FieldValue<Definition, Name>,
  ): this;
  orWhere(...given: unknown[]): this {
    return this.#add(this.#read(given), { or: true });
  }

  /** The opposite of {@link where}. */
  whereNot(fields: Matching<Definition>): this;
  whereNot(group: Group<Definition>): this;
  whereNot<Name extends FieldName<Definition>>(field: Name, value: FieldValue<Definition, Name> | null): this;
  whereNot<Name extends FieldName<Definition>>(
    field: Name,
    operator: Operator,
    value: FieldValue<Definition, Name>,
  ): this;
  whereNot(...given: unknown[]): this {
    return this.#add(this.#read(given), { not: true });
  }

  whereIn<Name extends FieldName<Definition>>(
    field: Name,
    values: Iterable<FieldValue<Definition, Name>>,
  ): this {
    return this.#add([{ kind: 'in', field, values: this.#list('whereIn', values) }]);
  }

  whereNotIn<Name extends FieldName<Definition>>(
    field: Name,
    values: Iterable<FieldValue<Definition, Name>>,
  ): this {
    return this.#add([{ kind: 'in', field, values: this.#list('whereNotIn', values) }], { not: true });
  }

  /** Rows that have no value there. */
  whereNull(field: FieldName<Definition>): this {
    return this.#add([{ kind: 'null', field }]);
  }

  whereNotNull(field: FieldName<Definition>): this {
    return this.#add([{ kind: 'null', field }], { not: true });
  }

  /** @param pattern `%` stands for any text, `_` for any character; a backslash before one makes it stand for itself */
  whereLike(field: TextField<Definition>, pattern: string): this {
    return this.#add([{ kind: 'like', field, pattern }]);
  }

  /** Both ends are part of it. */
  whereBetween<Name extends FieldName<Definition>>(
    field: Name,
    ends: readonly [FieldValue<Definition, Name>, FieldValue<Definition, Name>],
  ): this {
    const [low, high] = this.#list('whereBetween', ends);
    return this.#add([{ kind: 'between', field, low, high }]);
  }

  /** Rows with at least one at the other end of a relation, or one that meets the conditions of `group`. */
  whereHas<Name extends RelationName<Definition>>(
    relation: Name,
    group?: Group<TargetOf<Definition, Name>>,
  ): this {
    return this.#add([this.#has(relation, group)]);
  }

  /** Rows with none at the other end of a relation, or none that meets the conditions of `group`. */
  whereDoesntHave<Name extends RelationName<Definition>>(
    relation: Name,
    group?: Group<TargetOf<Definition, Name>>,
  ): this {
    return this.#add([this.#has(relation, group)], { not: true });
  }

  protected derive(change: Partial<QueryState>): this {
    const { model, state } = this.#parts;
    const Class = this.constructor as new (model: EntityModel, state: QueryState) => this;
    return new Class(model, { ...state, ...change });
  }

  /** Several conditions at once are one clause: all of them, or not all of them. */
  #add(conditions: readonly Condition[], { or = false, not = false }: Partial<Clause> = {}): this {
    const [first, ...others] = conditions;
    if (first === undefined) return this;
    const condition: Condition =
      others.length === 0
        ? first
        : {
            kind: 'group',
            clauses: conditions.map((one) => ({ or: false, not: false, condition: one })),
          };
    return this.derive({ clauses: [...this.#parts.state.clauses, { or, not, condition }] });
  }

  #read(given: readonly unknown[]): readonly Condition[] {
    const [first] = given;
    const { model } = this.#parts;
    if (typeof first !== 'function') return conditionsOf(model, given);
    const { clauses } = groupState(model, first);
    return clauses.length === 0 ? [] : [{ kind: 'group', clauses }];
  }

  #has<Target>(relation: string, group: Group<Target> | undefined): Condition {
    const { target } = this.#parts.model.relation(relation);
    const state = group ? groupState(target, group) : emptyState;
    return { kind: 'has', relation, state };
  }

  /** A text has an iterator, too, but its letters are never what is meant. */
  #list(name: string, values: unknown): readonly unknown[] {
    if (typeof values === 'object' && values !== null && Symbol.iterator in values) {
      return [...(values as Iterable<unknown>)];
    }
    throw queryInvalid(this.#parts.model, `"${name}" takes a list of values, not ${shown(values)}.`);
  }
}

/** What a group of conditions about rows of an entity adds up to. @throws QUERY_IMPOSSIBLE for what is no group */
export function groupState(model: EntityModel, group: unknown): QueryState {
  const made: unknown = typeof group === 'function' ? group(new Conditions(model)) : undefined;
  if (made instanceof Conditions) return partsOf(made).state;
  throw queryInvalid(model, 'a group of conditions must be returned: (group) => group.where(…).');
}
