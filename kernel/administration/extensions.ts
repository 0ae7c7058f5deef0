import type { ExtensionHost } from '../extension/index.ts';
import { type Route, route } from '../http/index.ts';
import { Type } from '../schema/index.ts';
import { administrative, adminOnly } from './admin-only.ts';

const nameParams = Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }) });

/** `/kernel/extensions`: what there is, and switching it while the kernel serves. */
export function extensionRoutes(host: ExtensionHost): readonly Route[] {
  return [
    route.get(
      '/kernel/extensions',
      { ...administrative, summary: 'Every extension with its state and reasons' },
      adminOnly(() => host.list()),
    ),
    route.get(
      '/kernel/extensions/:name',
      { ...administrative, summary: 'One extension', params: nameParams },
      adminOnly(({ params }) => host.status(params.name)),
    ),
    route.post(
      '/kernel/extensions/:name/enable',
      { ...administrative, summary: 'Load an extension; answers once it serves', params: nameParams },
      adminOnly(({ params }) => host.enable(params.name)),
    ),
    route.post(
      '/kernel/extensions/:name/disable',
      {
        ...administrative,
        summary: 'Take an extension out; with `cascade` also what depends on it',
        params: nameParams,
        query: Type.Object({ cascade: Type.Optional(Type.Boolean({ default: false })) }),
      },
      adminOnly(({ params, query }) => host.disable(params.name, { cascade: query.cascade ?? false })),
    ),
    route.post(
      '/kernel/extensions/:name/reload',
      {
        ...administrative,
        summary: 'Give an extension and its dependents a new generation',
        params: nameParams,
      },
      adminOnly(({ params }) => host.reload(params.name)),
    ),
  ];
}
