import { createHash } from 'node:crypto';
import {
  defineRegistry,
  type Owner,
  type RouteTable,
  routes,
  type StrategyTable,
  strategies,
} from 'backplane';
import { buildDocument, type DocumentParts } from './document.ts';
import type { OpenApiDocument } from './types.ts';

/** The document of one snapshot. It is written when somebody first asks for it, and once. */
export class ApiDescription {
  readonly #routes: RouteTable;
  readonly #strategies: StrategyTable;
  readonly #parts: readonly DocumentParts[];
  #document: OpenApiDocument | undefined;
  #text: string | undefined;
  #etag: string | undefined;

  constructor(table: RouteTable, known: StrategyTable, parts: readonly DocumentParts[]) {
    this.#routes = table;
    this.#strategies = known;
    this.#parts = parts;
  }

  get document(): OpenApiDocument {
    this.#document ??= buildDocument(this.#routes, this.#strategies, this.#parts);
    return this.#document;
  }

  /** The document as JSON. */
  get text(): string {
    this.#text ??= JSON.stringify(this.document);
    return this.#text;
  }

  /** Weak, since the bytes may be compressed on their way. */
  get etag(): string {
    this.#etag ??= `W/"${createHash('sha256').update(this.text).digest('base64url').slice(0, 22)}"`;
    return this.#etag;
  }
}

/** What extensions add to the document that their routes do not tell, and the document itself. */
export const openapi = defineRegistry<DocumentParts, ApiDescription, Owner>({
  name: 'openapi',
  dependsOn: [routes.name, strategies.name],
  expected: 'parts of an OpenAPI document: { info?, servers?, tags?, securitySchemes? }',
  accepts: (value): value is DocumentParts => typeof value === 'object' && value !== null,
  compile: (contributions, views) =>
    new ApiDescription(
      views.get(routes),
      views.get(strategies),
      contributions.map(({ value }) => value),
    ),
});
