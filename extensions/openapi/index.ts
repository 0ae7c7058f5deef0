import { defineExtension } from 'backplane';
import type config from './config.ts';
import { openapi } from './document/registry.ts';

export type { DocumentParts } from './document/document.ts';
export { type ApiDescription, openapi } from './document/registry.ts';
export type { OpenApiDocument } from './document/types.ts';

export default defineExtension<typeof config>({
  registries: [openapi],
  register({ settings: { title, version, description, servers }, contribute }) {
    contribute(openapi, {
      info: { title, version, ...(description === undefined ? {} : { description }) },
      servers: servers.map((url) => ({ url })),
      tags: [{ name: 'kernel', description: 'The state of the system, and switching it.' }],
    });
  },
});
