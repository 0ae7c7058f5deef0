export { extensionRoutes } from './extensions.ts';
export { healthRoutes } from './health.ts';
export { type HookInfo, listHooks } from './hooks.ts';
export { type GraphInfo, inspectionRoutes, listGraph, listRoutes, type RouteInfo } from './inspection.ts';
export { ProviderAdministration } from './provider-administration.ts';
export type { AttemptView, DriversView, InstanceDetailsView, InstanceView } from './provider-views.ts';
export { providerRoutes } from './providers.ts';
