export { extensionRoutes } from './extensions.ts';
export { healthRoutes } from './health.ts';
export { type HookInfo, listHooks } from './hooks.ts';
export { type GraphInfo, inspectionRoutes, listGraph, listRoutes, type RouteInfo } from './inspection.ts';
