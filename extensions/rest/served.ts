import type { RepresentationTable, Resource, SettingsOf } from 'backplane';
import type { EntityCatalog } from 'backplane/data';
import type config from './config.ts';
import type { DocumentSchemas } from './document/schemas.ts';

export type RestSettings = SettingsOf<typeof config>;

/** An entity at the place where it is served. */
export interface Served {
  readonly resource: Resource;
  readonly catalog: EntityCatalog;
  readonly views: RepresentationTable;
  /** Of the API; `undefined` where it has none. */
  readonly version: string | undefined;
  /** Of its list: `/v1/blog/posts`. */
  readonly path: string;
  readonly settings: RestSettings;
  readonly schemas: DocumentSchemas;
}
