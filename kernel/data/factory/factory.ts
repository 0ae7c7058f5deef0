import type { Faker } from '@faker-js/faker';
import type {
  AnyEntity,
  BelongsToName,
  Create,
  Entity,
  Made,
  PivotValues,
  RelationName,
} from '../entity/types.ts';
import { queryInvalid } from '../query/place.ts';
import type { TargetOf } from '../query/types.ts';
import { createRows, emptyPlan, type FactoryPlan, type FactoryWorld, valuesOfPlan } from './create-rows.ts';
import type { PivotState } from './pivot-values.ts';

type Given<Definition> = Partial<Create<Definition>>;

/** Values of a row, or what makes them; the index of the row counts from 0. */
export type State<Definition> = Given<Definition> | ((fake: Faker, index: number) => Given<Definition>);

export interface HasOptions<Definition, Name extends RelationName<Definition>> {
  /** Fields of each pair of a `manyToMany`, or what makes them; the index of the pair counts from 0. */
  readonly pivot?:
    | PivotValues<Definition, Name>
    | ((fake: Faker, index: number) => PivotValues<Definition, Name>);
}

/**
 * Makes plausible rows, for tests and seeds: by the entity's `example`, and by the schemas of fields that it leaves out.
 * Immutable: each method returns a new one.
 *
 * @example
 * const published = data.factory(Post).state({ status: 'published' });
 * await published.for('author', ann).has('comments', 3).createMany(20);
 */
export class Factory<Definition = AnyEntity> {
  readonly #world: FactoryWorld;
  readonly #entity: string;
  readonly #plan: FactoryPlan;

  constructor(world: FactoryWorld, entity: string, plan: FactoryPlan = emptyPlan) {
    this.#world = world;
    this.#entity = entity;
    this.#plan = plan;
  }

  /** Values of every row. What comes later goes before what comes first. */
  state(state: State<Definition>): Factory<Definition> {
    const add = typeof state === 'function' ? state : () => state;
    return this.#derive({ states: [...this.#plan.states, add] });
  }

  /** Values of one row after another, and from the beginning again when all were used. */
  sequence(...states: readonly [State<Definition>, ...State<Definition>[]]): Factory<Definition> {
    return this.state((fake, index) => {
      const state = states[index % states.length] ?? {};
      return typeof state === 'function' ? state(fake, index) : state;
    });
  }

  /**
   * The row that all of them belong to.
   * @param owner a row, or the factory of one, which is made when they are; the entity's own factory if left out
   * @throws RELATION_UNKNOWN
   */
  for<Name extends BelongsToName<Definition>>(
    relation: Name,
    owner?: { readonly id: string } | Factory<TargetOf<Definition, Name>>,
  ): Factory<Definition> {
    const { model } = this.#world.store(this.#entity);
    if (model.relation(relation).relation.kind !== 'belongsTo') {
      throw queryInvalid(model, `"${relation}" is no row that they belong to. Use .has('${relation}', …).`);
    }
    const told = owner instanceof Factory ? owner.#plan : (owner?.id ?? emptyPlan);
    return this.#derive({ owners: new Map(this.#plan.owners).set(relation, told) });
  }

  /**
   * Rows at the other end of a relation, for each of them.
   * @param count for each
   * @param options `pivot`: the fields of each pair, or what makes them; required ones are made by their schemas
   * @throws RELATION_UNKNOWN, QUERY_IMPOSSIBLE for a `belongsTo`
   */
  has<Name extends RelationName<Definition>>(
    relation: Name,
    count?: number,
    options?: HasOptions<Definition, Name>,
  ): Factory<Definition>;
  has<Name extends RelationName<Definition>>(
    relation: Name,
    factory: Factory<TargetOf<Definition, Name>>,
    count?: number,
    options?: HasOptions<Definition, Name>,
  ): Factory<Definition>;
  has<Target>(
    relation: string,
    given: Factory<Target> | number = 1,
    ...rest: readonly (number | { readonly pivot?: PivotState } | undefined)[]
  ): Factory<Definition> {
    const { model } = this.#world.store(this.#entity);
    if (model.relation(relation).relation.kind === 'belongsTo') {
      throw queryInvalid(model, `its rows belong to "${relation}". Use .for('${relation}', …).`);
    }
    const times = rest.find((one) => typeof one === 'number') ?? 1;
    const [plan, count] = typeof given === 'number' ? [emptyPlan, given] : [given.#plan, times];
    const pivot = rest.find((one) => typeof one === 'object')?.pivot ?? {};
    return this.#derive({ children: [...this.#plan.children, { relation, plan, count, pivot }] });
  }

  /** The values of a row, without a database. Keys of relations are there only when they were given. @throws FACTORY_VALUE */
  make(overrides: Given<Definition> = {}): Made<Definition> {
    const [made] = this.makeMany(1, overrides);
    return made as Made<Definition>;
  }

  makeMany(count: number, overrides: Given<Definition> = {}): Made<Definition>[] {
    const plan = this.state(overrides).#plan;
    return valuesOfPlan(this.#world, this.#entity, plan, count) as Made<Definition>[];
  }

  /** Creates a row, with those that it belongs to unless they are given. @throws FACTORY_CYCLE, FACTORY_VALUE */
  async create(overrides: Given<Definition> = {}): Promise<Entity<Definition>> {
    const [made] = await this.createMany(1, overrides);
    return made as Entity<Definition>;
  }

  /** Creates rows, all or none. @throws as {@link create} */
  async createMany(count: number, overrides: Given<Definition> = {}): Promise<Entity<Definition>[]> {
    const plan = this.state(overrides).#plan;
    return (await createRows(this.#world, this.#entity, plan, count)) as Entity<Definition>[];
  }

  #derive(change: Partial<FactoryPlan>): Factory<Definition> {
    return new Factory(this.#world, this.#entity, { ...this.#plan, ...change });
  }
}
