import { reply, route } from 'backplane';
import { openapi } from '../document/registry.ts';
import { isFresh } from '../fresh.ts';

export default route.get(
  '/openapi.json',
  { summary: 'This API, as an OpenAPI 3.1 document' },
  ({ headers, services }) => {
    const description = services.snapshot.get(openapi);
    const cached = { etag: description.etag, 'cache-control': 'no-cache' };
    if (isFresh(headers, description.etag)) return reply(304, undefined, cached);
    return reply(200, description.text, { ...cached, 'content-type': 'application/json; charset=utf-8' });
  },
);
