/** The data layer, as `backplane/data`: works from a plain script, without the kernel. */

export { BackplaneError, type ErrorCode, FaultList, isBackplaneError } from '../errors.ts';
export { Database } from './database/database.ts';
export type { DatabaseHealth, DatabaseOptions } from './database/database-options.ts';
export { Databases, type DatabasesOptions } from './database/databases.ts';
export type { Dialect } from './database/dialect.ts';
export type { StatementEvent } from './database/statement-events.ts';
export type { TransactionOptions } from './database/transactions.ts';
export { EntityCatalog } from './entity/catalog.ts';
export { compileEntities } from './entity/compile/compile-entities.ts';
export {
  defineEntity,
  type EntityDefinition,
  type EntityExtension,
  extendEntity,
  isEntityDefinition,
  isEntityExtension,
} from './entity/define.ts';
export type { EntitySchema, ResolvedRelation, ThroughPivot } from './entity/entity-schema.ts';
export * from './entity/filter.ts';
export { sluggable, softDelete, timestamps } from './entity/mixins.ts';
export { belongsTo, hasMany, hasOne, manyToMany } from './entity/relation.ts';
export { isScopeDefinition, type ScopeDefinition } from './entity/scope.ts';
// A whole module, so that `declare module 'backplane'` can add to its interfaces.
export * from './entity/types.ts';
export type { Factory, State } from './factory/factory.ts';
export * from './migration/index.ts';
export type { DatabaseSource } from './model/models.ts';
export type { Access } from './plan/begin-planning.ts';
export { operatorsOf } from './plan/condition-plan.ts';
export type { ReadRow } from './plan/decode.ts';
export type { AggregateRow } from './plan/decode-aggregate.ts';
export { filterFaults } from './plan/filter-faults.ts';
export type { Page as ReadPage } from './plan/page.ts';
export { parseQuery } from './plan/parse-query.ts';
export type { Deleted } from './plan/plan.ts';
export { Reader, type ReadOptions } from './plan/reader.ts';
export {
  type AggregateRequest,
  type CountRequest,
  defaultLimits,
  type IncludeRequest,
  type NearRequest,
  type ReadLimits,
  type ReadRequest,
} from './plan/request.ts';
export type { Conditions, Group } from './query/conditions.ts';
export type { CursorPage, CursorRequest, Page, PageRequest } from './query/pages.ts';
export type { Query, QueryRow } from './query/query.ts';
export type { Direction, Operator } from './query/state.ts';
export type { Statement } from './query/statement.ts';
export { DataContext, type DataContextOptions } from './repository/data-context.ts';
export type { Repository } from './repository/repository.ts';
export type { UpdateOptions } from './repository/row-store.ts';
export { defineSeed, isSeed, type KeyedSeed, type Seed, type SeedContext } from './seed/define-seed.ts';
export { orderSeeds } from './seed/order-seeds.ts';
export { runSeeds, type SeedOptions, type SeedOutcome, type SeedProgress } from './seed/run-seeds.ts';
export { type Table, tablesOf } from './table/table.ts';
export * as Type from './type.ts';
export type { WriteOptions } from './write/input.ts';
export type { RowFault } from './write/row-fault.ts';
