import type { EntityModel } from '../model/entity-model.ts';
import { emptyState, type Include, type QueryState } from './state.ts';

/**
 * Adds a relation to what a query loads.
 *
 * @param path names of relations with dots between them; those on the way are loaded too
 * @param constrain told to the query of the last one
 * @throws RELATION_UNKNOWN
 */
export function withInclude(
  model: EntityModel,
  state: QueryState,
  path: string,
  constrain: (target: EntityModel, state: QueryState) => QueryState = (_, unchanged) => unchanged,
): QueryState {
  const [name = '', ...later] = path.split('.');
  const { target } = model.relation(name);
  const { state: before, joined } = state.includes.get(name) ?? { state: emptyState, joined: false };
  const after =
    later.length === 0 ? constrain(target, before) : withInclude(target, before, later.join('.'), constrain);
  return withRelation(state, name, { state: after, joined });
}

/** @throws RELATION_UNKNOWN */
export function withJoin(model: EntityModel, state: QueryState, name: string): QueryState {
  model.relation(name);
  const before = state.includes.get(name)?.state ?? emptyState;
  return withRelation(state, name, { state: before, joined: true });
}

function withRelation(state: QueryState, name: string, include: Include): QueryState {
  return { ...state, includes: new Map(state.includes).set(name, include) };
}
