import { type Route, reply, route } from 'backplane';
import { openapi } from './document/registry.ts';
import { isFresh } from './fresh.ts';

/**
 * `GET /openapi.json`
 *
 * @param isPublic may anybody read it, or only whoever is known?
 */
export function documentRoute(isPublic: boolean): Route {
  return route.get(
    '/openapi.json',
    { summary: 'This API, as an OpenAPI 3.1 document', auth: isPublic ? 'none' : 'required' },
    ({ headers, services }) => {
      const description = services.snapshot.get(openapi);
      const cached = { etag: description.etag, 'cache-control': isPublic ? 'no-cache' : 'private, no-cache' };
      if (isFresh(headers, description.etag)) return reply(304, undefined, cached);
      return reply(200, description.text, { ...cached, 'content-type': 'application/json; charset=utf-8' });
    },
  );
}
