/** The public face of Backplane: what extensions and programs import as `backplane`. */

export { type CommandContext, type CommandDefinition, defineCommand } from './cli/command.ts';
export { Container, currentScope, RequestScope, runInScope } from './container/index.ts';
// Whole modules, so that `declare module 'backplane'` can add to their interfaces.
export * from './container/services.ts';
export { AccessRule, can, everybody, nobody, rows, signedIn, through } from './data/entity/access-rule.ts';
export { defineEntity, type EntityDefinition, extendEntity } from './data/entity/define.ts';
export { sluggable, softDelete, timestamps } from './data/entity/mixins.ts';
export { belongsTo, hasMany, hasOne, manyToMany } from './data/entity/relation.ts';
export { defineScope } from './data/entity/scope.ts';
export * from './data/entity/types.ts';
export { BackplaneError, didYouMean, type ErrorCode, FaultList, isBackplaneError } from './errors.ts';
export * from './event/events.ts';
export { defineListener, type OwnedEvents } from './event/index.ts';
export {
  type BootContext,
  defineExtension,
  type Effects,
  type ExclusiveEffect,
  type ExtensionDefinition,
  type ExtensionStatus,
  type RegisterContext,
} from './extension/index.ts';
export * from './http/actor.ts';
export {
  type AuthStrategy,
  covers,
  defineHeaders,
  defineMiddleware,
  defineObserver,
  defineStrategy,
  type Endpoint,
  type FinishedRequest,
  HttpError,
  isPermission,
  isWithinScopes,
  middleware,
  problem,
  type Reply,
  type Route,
  type RouteContext,
  type RouteDocument,
  type RouteOptions,
  type RouteOwner,
  type RouteTable,
  reply,
  route,
  routes,
  routesFrom,
  type StrategyTable,
  strategies,
} from './http/index.ts';
export { createKernel, Kernel, type KernelOptions } from './kernel.ts';
export type { Logger, LogLevel } from './log/index.ts';
export * from './provider/capability-types.ts';
export * from './provider/index.ts';
export * from './resource/index.ts';
export { type Static, type TSchema, Type } from './schema/index.ts';
export { defineSettings, type SettingsOf } from './settings/index.ts';
export {
  type Contribution,
  defineRegistry,
  type Owner,
  type Registry,
  Snapshot,
  type Views,
} from './snapshot/index.ts';
