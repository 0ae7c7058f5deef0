import type { RequestHandler } from 'express';
import type { Static, TSchema } from '../schema/index.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';

export interface RouteOptions {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly deprecated?: boolean;
  readonly operationId?: string;
  /** Schemas of what comes in. Params, query and headers travel as text and are turned into the types asked for. */
  readonly params?: TSchema;
  readonly query?: TSchema;
  /** Names in lower case. */
  readonly headers?: TSchema;
  readonly body?: TSchema;
  /** Schema of the answer for each status. A plain result is answered with the lowest 2xx status named here, else 200. */
  readonly response?: Readonly<Record<number, TSchema>>;
  /** `none` (default), `optional`, `required` (by any strategy), or the name of the one strategy that counts. */
  readonly auth?: 'none' | 'optional' | 'required' | (string & {});
  /** Express middleware of this route alone; runs after authentication, before the body is read. */
  readonly middleware?: readonly RequestHandler[];
  /** Milliseconds for the handler; after that `signal` aborts and the client gets 503. No limit if left out. */
  readonly timeout?: number;
  /** Bytes of body, instead of the kernel's limit. */
  readonly bodyLimit?: number;
  /** What documents say of it besides. Nothing of it is checked, and it is asked for when a document is written. */
  readonly document?: () => RouteDocument;
  /** Mount at `/` instead of below the extension's prefix. */
  readonly root?: boolean;
}

/** What documents say of a route whose handler itself checks what comes in, and what they cannot tell from its options. */
export interface RouteDocument
  extends Pick<RouteOptions, 'params' | 'query' | 'headers' | 'body' | 'response'> {
  /** Types that the body may have; JSON if left out. */
  readonly bodyTypes?: readonly string[];
  /** Headers of its answers by status, each with what it holds. */
  readonly responseHeaders?: Readonly<Record<number, Readonly<Record<string, string>>>>;
  /** The problems that it answers with besides the usual ones, by status, and when. */
  readonly problems?: Readonly<Record<number, string>>;
}

/** The type that a schema of the options describes, or `Otherwise` when there is no such schema. */
export type Described<Options, Part extends keyof RouteOptions, Otherwise> = Options extends {
  readonly [Key in Part]: infer Schema extends TSchema;
}
  ? Static<Schema>
  : Otherwise;
