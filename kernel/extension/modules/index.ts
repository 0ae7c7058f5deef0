export { type FolderHash, hashFolder } from './hash-folder.ts';
export type { FindNeighbour } from './link.ts';
export type { LoadedModules } from './loaded-modules.ts';
export { type LoadOptions, ModuleLoader, type ModuleLoaderOptions } from './module-loader.ts';
export type { ModuleSource } from './module-source.ts';
