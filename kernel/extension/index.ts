export { currentArrival } from './arrival.ts';
export {
  type BootContext,
  defineExtension,
  type ExtensionDefinition,
  type RegisterContext,
} from './define.ts';
export { DesiredState } from './desired.ts';
export { packageRoots, type Root } from './discovery.ts';
export type { EffectInfo, Effects, ExclusiveEffect } from './effects.ts';
export type { Generation } from './generation.ts';
export { type GraphNode, type Resolution, resolveGraph } from './graph.ts';
export { ExtensionHost, type HostOptions } from './host.ts';
export { type Manifest, manifestSchema } from './manifest.ts';
export type { ExtensionStatus } from './record.ts';
export { runningExtension } from './running.ts';
export { parseSelection, type Selection } from './selection.ts';
export { serviceNames } from './service-names.ts';
export { settingsView } from './settings-view.ts';
export type { Migrating } from './stage.ts';
export { Watcher } from './watcher.ts';
