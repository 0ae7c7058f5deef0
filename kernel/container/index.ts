export { Container, type ContainerOptions } from './container.ts';
export { currentScope, enterScope, runInScope } from './current-scope.ts';
export type { Replacement } from './override.ts';
export { RequestScope } from './request-scope.ts';
export type {
  Lifetime,
  ServiceClass,
  ServiceFactory,
  ServiceOf,
  ServiceOptions,
  Services,
} from './services.ts';
