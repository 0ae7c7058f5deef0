import { defineExtension, routes } from 'backplane';
import type config from './config.ts';
import { openapi } from './document/registry.ts';
import { documentRoute } from './document-route.ts';

export type { DocumentParts } from './document/document.ts';
export { type ApiDescription, openapi } from './document/registry.ts';
export type { OpenApiDocument } from './document/types.ts';

export default defineExtension<typeof config>({
  registries: [openapi],
  register({ settings: { title, version, description, servers, public: isPublic }, contribute }) {
    contribute(routes, documentRoute(isPublic));
    contribute(openapi, {
      info: { title, version, ...(description === undefined ? {} : { description }) },
      servers: servers.map((url) => ({ url })),
      tags: [{ name: 'kernel', description: 'The state of the system, and switching it.' }],
    });
  },
});
