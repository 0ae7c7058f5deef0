import { didYouMean, unknownKeys } from '../errors.ts';
import type { Route } from './route.ts';
import type { RouteOptions } from './route-options.ts';

/** Written out so that the compiler misses one that is added. */
const options = Object.keys({
  summary: true,
  description: true,
  tags: true,
  deprecated: true,
  operationId: true,
  params: true,
  query: true,
  headers: true,
  body: true,
  response: true,
  auth: true,
  middleware: true,
  timeout: true,
  bodyLimit: true,
  document: true,
  root: true,
} satisfies Record<keyof RouteOptions, true>);

const withoutBody: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** Everything about a route that could never work as it is meant, one sentence each. */
export function routeFaults({ method, path, options: given }: Route): readonly string[] {
  return [
    ...(path.startsWith('/') ? [] : ['its path must begin with "/".']),
    ...unknownKeys(given, options).map((fault) => `its option ${fault}`),
    ...(given.body && withoutBody.includes(method)
      ? [`a ${method} has no body. Describe "query", or use POST, PUT or PATCH.`]
      : []),
    ...unknownParams(path, given).map(
      (fault) => `its schema of "params" names what the path lacks: ${fault}`,
    ),
  ];
}

function unknownParams(path: string, { params }: RouteOptions): readonly string[] {
  const properties = params && 'properties' in params ? params.properties : undefined;
  if (typeof properties !== 'object' || properties === null) return [];
  const named = [...path.replaceAll('::', '').matchAll(/:([^/().:?-]+)/g)].flatMap(([, name]) => name ?? []);
  return Object.keys(properties)
    .filter((name) => !named.includes(name) && !(name === '*' && path.includes('*')))
    .map((name) => `"${name}".${didYouMean(name, named)}`);
}
