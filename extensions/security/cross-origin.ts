import cors from 'cors';
import type { Request, RequestHandler } from 'express';

export interface CrossOriginOptions {
  /** `https://app.example.org`, `https://*.example.org`, or `*` alone. */
  readonly origins: readonly string[];
  readonly credentials: boolean;
  readonly exposedHeaders: readonly string[];
  /** Seconds. */
  readonly maxAge: number;
}

/**
 * Lets pages of other origins read answers (CORS). A preflight is answered here, before any route is looked for; an
 * OPTIONS request that is none goes on to the routes.
 *
 * @throws Error for an origin that is none, and for credentials together with `*`
 */
export function crossOrigin({
  origins,
  credentials,
  exposedHeaders,
  maxAge,
}: CrossOriginOptions): RequestHandler {
  if (credentials && origins.includes('*')) {
    throw new Error(
      'SECURITY_CORS_CREDENTIALS and SECURITY_CORS_ORIGINS="*" together would let every site act as your users. List the origins.',
    );
  }
  const options = {
    // As a list even of one: then the answer says "Vary: Origin" to everybody, which caches need.
    origin: origins.includes('*') ? '*' : origins.map(originPattern),
    credentials,
    exposedHeaders: [...exposedHeaders],
    maxAge,
  };
  const preflight = cors(options);
  const actual = cors({ ...options, preflightContinue: true });
  return (req, res, next) => (isPreflight(req) ? preflight : actual)(req, res, next);
}

function isPreflight({ method, headers }: Request): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  );
}

function originPattern(text: string): string | RegExp {
  const match = /^([a-z][a-z0-9+.-]*:\/\/)(\*\.)?([a-z0-9_.-]+|\[[0-9a-f:.]+\])(:\d+)?\/?$/.exec(
    text.trim().toLowerCase(),
  );
  if (!match) {
    throw new Error(
      `SECURITY_CORS_ORIGINS names "${text}", which is no origin. Write scheme and host, such as "https://app.example.org" or "https://*.example.org".`,
    );
  }
  const [, scheme = '', wildcard, host = '', port = ''] = match;
  if (wildcard === undefined) return scheme + host + port;
  return new RegExp(`^${RegExp.escape(scheme)}([a-z0-9_-]+\\.)+${RegExp.escape(host + port)}$`);
}
