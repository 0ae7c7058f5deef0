import type { Faker } from '@faker-js/faker';
import { BackplaneError } from '../../errors.ts';
import type { EntityModel } from '../model/entity-model.ts';
import type { EntityRow } from '../model/row.ts';
import { PivotRows } from '../repository/pivot-rows.ts';
import type { RowStore } from '../repository/row-store.ts';
import { makeValues } from './make-values.ts';
import { isSameForAll, type PivotState, pivotValues } from './pivot-values.ts';
import type { UniqueValues } from './unique-values.ts';

type Values = Record<string, unknown>;

/** What all factories of a context share. */
export interface FactoryWorld {
  readonly fake: Faker;
  readonly unique: UniqueValues;
  readonly store: (entity: string) => RowStore;
}

/** What a factory was told, as data. */
export interface FactoryPlan {
  /** Each adds values to those before it. */
  readonly states: readonly ((fake: Faker, index: number) => object)[];
  /** By relation: the id of the row that all of them belong to, or the plan of one to be made. */
  readonly owners: ReadonlyMap<string, string | FactoryPlan>;
  readonly children: readonly {
    readonly relation: string;
    readonly plan: FactoryPlan;
    readonly count: number;
    /** Of a relation through pairs: what their fields are. */
    readonly pivot: PivotState;
  }[];
}

export const emptyPlan: FactoryPlan = { states: [], owners: new Map(), children: [] };

/** Values of plausible rows; nothing is asked of a database. @throws FACTORY_VALUE */
export function valuesOfPlan(
  { fake, unique, store }: FactoryWorld,
  entity: string,
  { states, owners }: FactoryPlan,
  count: number,
): Values[] {
  const { schema } = store(entity).model;
  return Array.from({ length: count }, (_, index) => {
    const given: Values = {};
    for (const [name, owner] of owners) {
      const relation = schema.relations.get(name);
      if (relation?.kind === 'belongsTo' && typeof owner === 'string') given[relation.key] = owner;
    }
    for (const state of states) Object.assign(given, state(fake, index));
    return makeValues(schema, given, fake, unique);
  });
}

/**
 * Creates rows, those that they belong to where none are given, and those that are to belong to them.
 *
 * @param path of entities whose rows need this one
 * @throws FACTORY_CYCLE, FACTORY_VALUE, and what repositories throw
 */
export async function createRows(
  world: FactoryWorld,
  entity: string,
  plan: FactoryPlan,
  count: number,
  path: readonly string[] = [],
): Promise<EntityRow[]> {
  if (path.includes(entity)) throw new BackplaneError('FACTORY_CYCLE', { path: [...path, entity] });
  if (count === 0) return [];
  const store = world.store(entity);
  return store.model.database.transaction(async () => {
    const values = valuesOfPlan(world, entity, plan, count);
    await addOwners(world, store.model, plan, values, [...path, entity]);
    const rows = await store.insert(values);
    for (const child of plan.children) await createChildren(world, store.model, rows, child);
    return rows;
  });
}

async function addOwners(
  world: FactoryWorld,
  { schema }: EntityModel,
  { owners }: FactoryPlan,
  values: readonly Values[],
  path: readonly string[],
): Promise<void> {
  for (const { name, ...relation } of schema.relations.values()) {
    if (relation.kind !== 'belongsTo') continue;
    const { key, target, optional } = relation;
    const owner = owners.get(name);
    const lacking = values.filter((one) => one[key] === undefined);
    if (lacking.length === 0) continue;
    if (typeof owner === 'object') {
      const [made] = await createRows(world, target, owner, 1);
      for (const one of lacking) one[key] = made?.id;
    } else if (!optional) {
      const made = await createRows(world, target, emptyPlan, lacking.length, path);
      for (const [index, one] of lacking.entries()) one[key] = made[index]?.id;
    }
  }
}

async function createChildren(
  world: FactoryWorld,
  model: EntityModel,
  rows: readonly EntityRow[],
  { relation: name, plan, count, pivot }: FactoryPlan['children'][number],
): Promise<void> {
  const { relation } = model.relation(name);
  if (relation.kind === 'manyToMany') {
    const made = await createRows(world, relation.target, plan, rows.length * count);
    const pairs = new PivotRows(model, name);
    const { name: entity } = model.schema;
    const together = isSameForAll(relation, pivot);
    for (const [index, { id }] of rows.entries()) {
      const own = made.slice(index * count, (index + 1) * count).map((one) => String(one.id));
      if (together) await pairs.attach(String(id), own, { ...pivot });
      else {
        for (const [at, one] of own.entries()) {
          const fields = pivotValues(entity, relation, pivot, world.fake, index * count + at);
          await pairs.attach(String(id), [one], fields);
        }
      }
    }
    return;
  }
  const belonging = (_: Faker, index: number): Values => ({
    [relation.key]: rows[Math.floor(index / count)]?.id,
  });
  const owned = { ...plan, states: [...plan.states, belonging] };
  await createRows(world, relation.target, owned, rows.length * count);
}
