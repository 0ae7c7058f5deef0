import type { Endpoint, RouteTable, StrategyTable } from 'backplane';
import { operationOf } from './operation.ts';
import { operationIdOf, unique } from './operation-id.ts';
import { type PathTemplate, templatesOf } from './path.ts';
import { problemResponses, problemSchema } from './problem.ts';
import { SchemaWriter } from './schemas.ts';
import { schemesOf } from './security.ts';
import type { Info, JsonSchema, OpenApiDocument, Operation, SecurityScheme } from './types.ts';

/** What the routes do not tell. */
export interface DocumentParts {
  readonly info?: Partial<Info>;
  readonly servers?: readonly { readonly url: string }[];
  /** What is said of a tag. */
  readonly tags?: readonly { readonly name: string; readonly description: string }[];
  /** By name of the strategy, where its challenge does not tell how its credentials travel. */
  readonly securitySchemes?: Readonly<Record<string, SecurityScheme>>;
}

/** Writes the OpenAPI document of all declared routes. What Express routers answer is known to them alone. */
export function buildDocument(
  { endpoints }: RouteTable,
  strategies: StrategyTable,
  parts: readonly DocumentParts[],
): OpenApiDocument {
  const writer = new SchemaWriter();
  // Reserved, so that a schema of this name becomes another component.
  writer.components.set('Problem', problemSchema);
  const schemes = schemesOf(strategies);
  const ids = new IdGiver(endpoints);
  const paths: Record<string, Record<string, Operation>> = {};
  const sameNames = oneNameEach();
  for (const endpoint of [...endpoints].sort(byPath)) {
    for (const path of templatesOf(endpoint.path).map(sameNames)) {
      const id = ids.idOf(endpoint, path.template);
      const at = paths[path.template] ?? {};
      paths[path.template] = at;
      at[endpoint.method.toLowerCase()] ??= operationOf(endpoint, path, id, { writer, schemes });
    }
  }
  const said = new Map(
    parts.flatMap(({ tags = [] }) => tags.map(({ name, description }) => [name, description])),
  );
  const used = Object.values(paths).flatMap((at) => Object.values(at).flatMap(({ tags }) => tags));
  const given: Record<string, SecurityScheme> = Object.assign(
    {},
    ...parts.map((one) => one.securitySchemes ?? {}),
  );
  return {
    openapi: '3.1.1',
    info: Object.assign({ title: 'API', version: '1.0.0' }, ...parts.map(({ info }) => info)),
    servers: parts.flatMap(({ servers = [] }) => servers),
    tags: [...new Set(used)].sort(kernelLast).map((name) => {
      const description = said.get(name);
      return description === undefined ? { name } : { name, description };
    }),
    paths,
    components: {
      schemas: Object.fromEntries<JsonSchema>([...writer.components].sort(byKey)),
      responses: problemResponses,
      securitySchemes: Object.fromEntries(
        schemes.map(({ strategy, key, scheme }) => [key, given[strategy] ?? scheme]),
      ),
    },
  };
}

/**
 * To OpenAPI `/posts/{id}` and `/posts/{post}` are one path, which may stand there once: parameters are called as in the
 * first of such paths.
 */
function oneNameEach(): (path: PathTemplate) => PathTemplate {
  const places = new Map<string, PathTemplate>();
  return (path) => {
    const place = path.template.replaceAll(/\{[^}]*\}/g, '{}');
    const first = places.get(place) ?? path;
    places.set(place, first);
    const parameters = path.parameters.map((parameter, index) => ({
      ...parameter,
      name: first.parameters[index]?.name ?? parameter.name,
    }));
    return { template: first.template, parameters };
  };
}

/** Gives each operation its id: first those that routes ask for, so that no derived one takes them. */
class IdGiver {
  readonly #taken: Set<string>;
  readonly #used = new Set<string>();

  constructor(endpoints: readonly Endpoint[]) {
    this.#taken = new Set(endpoints.flatMap(({ route }) => route.options.operationId ?? []));
  }

  idOf({ route, method }: Endpoint, template: string): string {
    const { operationId } = route.options;
    if (operationId === undefined) return operationIdOf(method, template, this.#taken);
    if (this.#used.has(operationId)) return unique(operationId, this.#taken);
    this.#used.add(operationId);
    return operationId;
  }
}

function byPath(a: Endpoint, b: Endpoint): number {
  return compare(a.path, b.path) || compare(a.method, b.method);
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return compare(a, b);
}

/** Readers look for the application's own operations first. */
function kernelLast(a: string, b: string): number {
  return Number(a === 'kernel') - Number(b === 'kernel') || compare(a, b);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
