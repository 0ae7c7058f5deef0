import { createHash, timingSafeEqual } from 'node:crypto';
import { problem, type Route, reply, route } from 'backplane';

/**
 * `GET /metrics`.
 *
 * @param token what a scraper must send; nothing when `undefined`
 */
export function metricsRoute(token: string | undefined): Route {
  const expected = token === undefined ? undefined : digest(`Bearer ${token}`);
  return route.get(
    '/',
    {
      summary: 'Measurements for Prometheus, as text',
      description: expected ? 'Needs the bearer token that METRICS_TOKEN sets.' : 'Open to everyone.',
    },
    async ({ req, services: { metrics } }) => {
      // Not a strategy of the kernel's: whoever may scrape is not thereby somebody on other routes.
      if (expected && !timingSafeEqual(digest(req.headers.authorization ?? ''), expected)) {
        throw problem(401, 'Metrics are for those who send the token of METRICS_TOKEN.', {
          headers: { 'www-authenticate': 'Bearer realm="metrics"' },
        });
      }
      return reply(200, await metrics.metrics(), {
        'content-type': metrics.contentType,
        'cache-control': 'no-store',
      });
    },
  );
}

/** Digests have one length, so that the comparison tells nothing about the token. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
