/** The data layer, as `backplane/data`: works from a plain script, without the kernel. */

export {
  Database,
  type DatabaseHealth,
  type DatabaseOptions,
  type StatementEvent,
} from './database/database.ts';
export type { Dialect } from './database/dialect.ts';
export { compileEntities, EntityCatalog } from './entity/catalog.ts';
export { defineEntity, type EntityDefinition, type EntityExtension, extendEntity } from './entity/define.ts';
export * from './entity/filter.ts';
export { sluggable, softDelete, timestamps } from './entity/mixins.ts';
export { belongsTo, hasMany, hasOne, manyToMany } from './entity/relation.ts';
// A whole module, so that `declare module 'backplane/data'` can add to its interfaces.
export * from './entity/types.ts';
export * from './migration/index.ts';
export * as Type from './type.ts';
