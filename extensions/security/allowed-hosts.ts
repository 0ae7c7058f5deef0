import { problem } from 'backplane';
import type { Request, RequestHandler } from 'express';

/**
 * Refuses requests for hosts that are not listed, with 421 (Misdirected Request, RFC 9110 §15.5.20). It keeps pages of
 * other sites from reaching a server by a name of theirs (DNS rebinding), and forged hosts out of links and caches.
 *
 * @param patterns host names without a port, `*.example.org` for all below `example.org`
 * @param exemptPaths beginnings of paths that answer under any host
 */
export function allowHosts(patterns: readonly string[], exemptPaths: readonly string[]): RequestHandler {
  const isAllowed = hostMatcher(patterns);
  return (req, _res, next) => {
    const host = hostOf(req);
    if (isAllowed(host) || exemptPaths.some((path) => req.url.startsWith(path))) next();
    else
      next(problem(421, `This server does not answer for the host "${host}".`, { code: 'HOST_NOT_ALLOWED' }));
  };
}

/** Tells whether a host name (lower case, without port) is one of the patterns. */
export function hostMatcher(patterns: readonly string[]): (host: string) => boolean {
  const exact = new Set<string>();
  const endings: string[] = [];
  for (const pattern of patterns) {
    const name = pattern.trim().toLowerCase();
    if (!/^(\*\.)?[a-z0-9_.-]+$|^\[[0-9a-f:.]+\]$/.test(name)) {
      throw new Error(
        `SECURITY_ALLOWED_HOSTS names "${pattern}", which is no host. Write a name without scheme, port and path, such as "api.example.org" or "*.example.org".`,
      );
    }
    if (name.startsWith('*.')) endings.push(name.slice(1));
    else exact.add(name);
  }
  return (host) => exact.has(host) || endings.some((ending) => host.endsWith(ending));
}

function hostOf(req: Request): string {
  // Express knows which proxies are trusted to say under what name a request came.
  const { host = '' } = req.headers['x-forwarded-host'] === undefined ? req.headers : req;
  return host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
}
