import type { ExtensionHost } from '../extension/index.ts';
import { type Route, route, routes } from '../http/index.ts';
import type { Snapshot } from '../snapshot/index.ts';
import { administrative, adminOnly } from './admin-only.ts';
import { listHooks } from './hooks.ts';

/** One row of `GET /kernel/routes` and `backplane routes`. */
export interface RouteInfo {
  readonly method: string;
  readonly path: string;
  readonly extension: string;
  readonly file: string;
  readonly auth: string;
  readonly summary: string;
}

/** One node of `GET /kernel/graph` and `backplane extension graph`. */
export interface GraphInfo {
  readonly name: string;
  readonly state: string;
  readonly dependencies: readonly string[];
  readonly optionalDependencies: readonly string[];
}

/** Every route of a snapshot; Express routers are one row each, for only they know what they answer. */
export function listRoutes(snapshot: Snapshot): readonly RouteInfo[] {
  const { endpoints, mounts } = snapshot.get(routes);
  return [
    ...endpoints.map(({ method, path, owner, source, route: { options } }) => ({
      method,
      path,
      extension: owner.name,
      file: source,
      auth: options.auth ?? 'none',
      summary: options.summary ?? '',
    })),
    ...mounts.map(({ path, owner, source }) => ({
      method: '*',
      path: `${path === '/' ? '' : path}/*`,
      extension: owner.name,
      file: source,
      auth: '',
      summary: 'Express router',
    })),
  ].sort((a, b) => (a.path === b.path ? compare(a.method, b.method) : compare(a.path, b.path)));
}

/** Every extension with what it depends on. */
export function listGraph(host: ExtensionHost): readonly GraphInfo[] {
  return host.list().map(({ name, state, dependencies, optionalDependencies }) => ({
    name,
    state,
    dependencies: Object.keys(dependencies),
    optionalDependencies: Object.keys(optionalDependencies),
  }));
}

/** `/kernel/graph`, `/kernel/routes`, `/kernel/hooks`, `/kernel/effects`: what runs. */
export function inspectionRoutes(host: ExtensionHost, current: () => Snapshot): readonly Route[] {
  return [
    route.get(
      '/kernel/graph',
      { ...administrative, summary: 'The dependency graph' },
      adminOnly(() => listGraph(host)),
    ),
    route.get(
      '/kernel/routes',
      { ...administrative, summary: 'Every route with its extension and file' },
      adminOnly(() => listRoutes(current())),
    ),
    route.get(
      '/kernel/hooks',
      { ...administrative, summary: 'Every hook of managers, in the order of their calls' },
      adminOnly(() => listHooks(current())),
    ),
    route.get(
      '/kernel/effects',
      { ...administrative, summary: 'What extensions have acquired: timers, ports, consumers' },
      adminOnly(() =>
        host
          .list()
          .flatMap(({ name, generation, effects }) =>
            effects.map((effect) => ({ extension: name, generation, ...effect })),
          ),
      ),
    ),
  ];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
