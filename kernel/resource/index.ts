export { type Authority, authorities, defineAuthority, type GrantRequest } from './access/authority.ts';
export { bindActor } from './access/bind-actor.ts';
export { type Grant, rowsOf } from './access/grant.ts';
export { grantsOf, isRoot, type Question } from './access/grants-of.ts';
export { entities } from './entities.ts';
export type { Catalog } from './external/catalog.ts';
export {
  defineExternalEntity,
  type ExternalDefinition,
  type ExternalOperation,
  type ExternalOptions,
  isExternalDefinition,
} from './external/define.ts';
export type { ExternalEntity } from './external/entity.ts';
export type {
  ExternalChanges,
  ExternalFilter,
  ExternalListInput,
  ExternalListOutput,
  ExternalRow,
  ExternalUpdateInput,
  ExternalValues,
} from './external/operation-types.ts';
export { type ExternalOperations, externalOperations } from './external/operations.ts';
export type { HookContext, HookContextOf, RowHookContext } from './hook/context.ts';
export { type Hook, type HookOptions, hooks } from './hook/define.ts';
export { hookRegistry } from './hook/hooks.ts';
export type { RowEvent } from './manager/events.ts';
export { type CreateOptions, Manager, type Seen } from './manager/manager.ts';
export { Managers } from './manager/managers.ts';
export {
  defineManager,
  defineMethod,
  type Method,
  managerRegistry,
  type OwnedMethod,
} from './manager/method.ts';
export { versionOf } from './manager/version.ts';
export { Resource, ResourceTable, resources } from './resources.ts';
export { defineRule, type Rule, type RuleContext, rules } from './validation/rule.ts';
export { defineView, type ViewContext, type ViewDefinition, type ViewOptions } from './view/define-view.ts';
export type { Viewer } from './view/represent.ts';
export { type RepresentationTable, representations, type ViewChoice } from './view/representations.ts';
export {
  createSchema,
  isInput,
  readSchema,
  referenceSchema,
  scopeKey,
  updateSchema,
} from './view/schemas.ts';
