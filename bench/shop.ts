import { extensions } from './shape.ts';
import type { Workspace } from './workspace.ts';

/** What the handler of a route gets its answer from. */
export type Variant = 'plain' | 'scoped';

/** Writes the extensions of the HTTP benchmark, with the routes and answers that the peers have. */
export function writeShop(workspace: Workspace, variant: Variant): void {
  for (const { name, resources } of extensions) {
    const service = name.replace('-', '');
    const files: Record<string, string> = { 'thing.ts': thing };
    if (variant === 'scoped')
      Object.assign(files, { 'index.ts': index(service), 'service.ts': serviceClass });
    for (const resource of resources) files[`routes/${resource}.ts`] = route(resource, variant, service);
    workspace.add(name, files);
  }
}

const thing = `import { type Static, Type } from 'backplane';

export const Thing = Type.Object({
  id: Type.String(),
  name: Type.String(),
  price: Type.Number(),
  available: Type.Boolean(),
  tags: Type.Array(Type.String()),
});

export function thing(id: string): Static<typeof Thing> {
  return { id, name: \`The one called \${id}\`, price: 12.5, available: true, tags: ['new', 'blue'] };
}
`;

const serviceClass = `import { thing } from './thing.ts';

export class ThingService {
  find(id: string) {
    return thing(id);
  }
}
`;

const index = (service: string): string => `import { defineExtension } from 'backplane';
import { ThingService } from './service.ts';

declare module 'backplane' {
  interface Services {
    ${service}: ThingService;
  }
}

export default defineExtension({
  register({ container }) {
    container.scoped('${service}', ThingService);
  },
});
`;

function route(resource: string, variant: Variant, service: string): string {
  const handler =
    variant === 'plain'
      ? '({ params }) => thing(params.id)'
      : `({ params, services }) => services.${service}.find(params.id)`;
  return `import { route, Type } from 'backplane';
import { Thing, thing } from '../thing.ts';

export default route.get(
  '/${resource}/:id',
  { params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) }), response: { 200: Thing } },
  ${handler},
);
`.replace(variant === 'scoped' ? 'Thing, thing' : '', variant === 'scoped' ? 'Thing' : '');
}
