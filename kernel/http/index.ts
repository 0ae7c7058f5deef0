export { accessLog } from './access-log.ts';
export type { Actor, UploadedFile } from './actor.ts';
export { RequestContext } from './context.ts';
export { DefaultHeaders, defineHeaders } from './default-headers.ts';
export type { InjectedResponse, InjectOptions } from './inject.ts';
export type { Address, HttpSettings } from './listen.ts';
export {
  defineMiddleware,
  defineObserver,
  ErrorDetails,
  type FinishedRequest,
  Middleware,
  type MiddlewareOptions,
  type MiddlewareTable,
  middleware,
  Observer,
  type ObserverOptions,
  type Phase,
} from './middleware.ts';
export type { RouteOwner } from './owner.ts';
export { covers, isPermission, isWithinScopes } from './permission.ts';
export { type Pipeline, pipeline } from './pipeline.ts';
export { HttpError, type ProblemDocument, type ProblemExtra, problem, type RequestFault } from './problem.ts';
export { type Reply, reply } from './reply.ts';
export { prepareRoute, Route, type RouteContext, type RouteHandler, route } from './route.ts';
export type { Method, RouteDocument, RouteOptions } from './route-options.ts';
export { RouteSource, routesFrom } from './route-source.ts';
export { type Endpoint, type RouteTable, routes } from './route-table.ts';
export { createHttpServer, HttpServer, type HttpServerOptions } from './server.ts';
export {
  type AuthStrategy,
  defineStrategy,
  rootStrategy,
  type StrategyTable,
  strategies,
} from './strategy.ts';
export type { Trace } from './trace.ts';
