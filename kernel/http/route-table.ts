import type { Router as ExpressRouter } from 'express';
import express from 'express';
import FindMyWay from 'find-my-way';
import { BackplaneError, messageOf, throwFaults } from '../errors.ts';
import { type Contribution, defineRegistry, type Views } from '../snapshot/index.ts';
import type { RouteOwner } from './owner.ts';
import { Route } from './route.ts';
import { routeFaults } from './route-faults.ts';
import type { Method } from './route-options.ts';
import { RouteSource } from './route-source.ts';

/** A declared route at the place where it answers. */
export interface Endpoint {
  readonly route: Route;
  readonly owner: RouteOwner;
  readonly source: string;
  readonly method: Method;
  /** With the owner's prefix: `/blog/posts/:id`. */
  readonly path: string;
}

export interface Match {
  readonly store: Endpoint;
  /** Decoded values of the path's parameters; this request's own object. */
  readonly params: Record<string, string>;
}

/** Every declared route of every extension in one radix tree, and their Express routers behind it. */
export interface RouteTable {
  readonly endpoints: readonly Endpoint[];
  /** Owners of Express routers with the path where each is mounted, for listings. */
  readonly mounts: readonly { readonly owner: RouteOwner; readonly source: string; readonly path: string }[];
  /** All Express routers, each below its owner's prefix; `undefined` when nobody contributes one. */
  readonly router: ExpressRouter | undefined;
  /** The endpoint that answers `method` at `url` (with or without query), HEAD by that of GET. */
  find(method: string, url: string): Match | undefined;
  /** Methods that `url` answers to, for `Allow`; empty when no route has this path. */
  methodsAt(url: string): readonly string[];
}

type RouteValue = Route | RouteSource | ExpressRouter;
type RouteContribution = Contribution<RouteValue, RouteOwner>;

export const routes = defineRegistry<RouteValue, RouteTable, RouteOwner>({
  name: 'routes',
  folder: 'routes',
  // What routes may follow from.
  dependsOn: ['entities', 'resources', 'representations'],
  expected: 'a route made with route.get(…) or its like, what routesFrom(…) returns, or an Express Router',
  accepts: (value): value is RouteValue =>
    value instanceof Route || value instanceof RouteSource || isExpressRouter(value),
  compile: compileRouteTable,
});

function isExpressRouter(value: unknown): value is ExpressRouter {
  return typeof value === 'function' && 'handle' in value && 'use' in value;
}

function compileRouteTable(contributions: readonly RouteContribution[], views: Views): RouteTable {
  const tree = FindMyWay({
    ignoreTrailingSlash: true,
    maxParamLength: 2048,
    // The query is parsed by who asks for it.
    querystringParser: () => '',
  });
  const taken = new Map<string, Endpoint>();
  const faults: Error[] = [];
  const endpoints: Endpoint[] = [];
  const mounts: { owner: RouteOwner; source: string; path: string }[] = [];
  let router: ExpressRouter | undefined;

  for (const { owner, source, value } of contributions) {
    if (value instanceof Route) {
      const endpoint = endpointOf(value, owner, source);
      const fault = insert(tree, taken, endpoint);
      if (fault) faults.push(fault);
      else endpoints.push(endpoint);
    } else if (!(value instanceof RouteSource)) {
      const path = owner.prefix || '/';
      router ??= express.Router();
      router.use(path, ownedBy(owner), value);
      mounts.push({ owner, source, path });
    }
  }
  // After all that is declared, which stands in their place.
  for (const { owner, source, value } of contributions) {
    if (!(value instanceof RouteSource)) continue;
    for (const route of value.make(views)) {
      const endpoint = endpointOf(route, owner, source);
      if (taken.has(placeOf(endpoint))) continue;
      const fault = insert(tree, taken, endpoint);
      if (fault) faults.push(fault);
      else endpoints.push(endpoint);
    }
  }
  throwFaults(faults);

  const methods = new Set<string>(endpoints.map(({ method }) => method));
  const find = (method: string, url: string): Match | undefined => {
    // find-my-way answers for any string; its type names only the methods it can register, and leaves open what was stored.
    const found = tree.find(method as Method, url) as Match | null;
    if (found) return found;
    return method === 'HEAD' && methods.has('GET') ? find('GET', url) : undefined;
  };
  const methodsAt = (url: string): string[] => {
    const here = [...methods].filter((method) => find(method, url));
    if (here.length === 0) return [];
    if (here.includes('GET')) here.push('HEAD');
    return [...new Set([...here, 'OPTIONS'])].sort();
  };
  return { endpoints, mounts, router, find, methodsAt };
}

/** While its router is asked, a request belongs to that owner: for its errors, its services and its draining. */
function ownedBy(owner: RouteOwner): express.RequestHandler {
  return (req, _res, next) => {
    req.context.owner = owner;
    next();
  };
}

function endpointOf(route: Route, owner: RouteOwner, source: string): Endpoint {
  const below = route.path === '/' ? '' : route.path;
  const path = route.options.root ? route.path : `${owner.prefix}${below}` || '/';
  return { route, owner, source, method: route.method, path };
}

function insert(
  tree: FindMyWay.Instance<FindMyWay.HTTPVersion.V1>,
  taken: Map<string, Endpoint>,
  endpoint: Endpoint,
): BackplaneError | undefined {
  const { method, path, route, owner } = endpoint;
  const name = `${method} ${path}`;
  const routeFault = routeFaults(route).join(' ');
  if (routeFault !== '') return invalid(name, endpoint, routeFault);

  const place = placeOf(endpoint);
  const other = taken.get(place);
  if (other) {
    return new BackplaneError('CONTRIBUTION_CONFLICT', {
      what: `The route ${name}`,
      owners: [other.owner.name, owner.name],
      sources: [other.source, endpoint.source],
    });
  }
  taken.set(place, endpoint);
  try {
    tree.on(method, path, nothing, endpoint);
  } catch (error) {
    return invalid(name, endpoint, `${messageOf(error)}.`);
  }
  return undefined;
}

/** Two paths that differ only in how they name their parameters answer the same requests. */
function placeOf({ method, path }: Endpoint): string {
  return `${method} ${path.replaceAll(/:[^/().-]+/g, ':').replace(/(?<=.)\/$/, '')}`;
}

function invalid(name: string, { owner, source }: Endpoint, reason: string): BackplaneError {
  const route = `${name} ("${owner.name}", ${source})`;
  return new BackplaneError('ROUTE_INVALID', { route, owner: owner.name, reason });
}

/** find-my-way wants a handler; the table only ever finds. */
function nothing(): void {}
