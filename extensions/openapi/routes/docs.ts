import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { problem, type RouteContext, reply, route, Type } from 'backplane';
import { isFresh } from '../fresh.ts';

interface Asset {
  readonly content: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** The files of the page are a handful and small: they are read once and served from memory. */
const assets: ReadonlyMap<string, Asset> = readAssets(join(import.meta.dirname, '..', 'page'));

export default [
  route.get('/docs', { summary: 'This API, as a page to read and to try' }, (context) =>
    send(context, 'index.html'),
  ),
  route.get(
    '/docs/:file',
    {
      summary: 'A file of the page',
      params: Type.Object({ file: Type.String({ examples: ['main.js'] }) }),
    },
    (context) => send(context, context.params.file),
  ),
];

function send({ headers }: Pick<RouteContext, 'headers'>, file: string): unknown {
  const asset = assets.get(file);
  if (asset === undefined) throw problem(404, `The page has no file "${file}".`);
  return isFresh(headers, asset.headers.etag)
    ? reply(304, undefined, asset.headers)
    : reply(200, asset.content, asset.headers);
}

function readAssets(folder: string): ReadonlyMap<string, Asset> {
  const found = readdirSync(folder).map((file): [string, Asset] => {
    const content = readFileSync(join(folder, file));
    const hash = createHash('sha256').update(content).digest('base64url').slice(0, 22);
    const type = types[extname(file)] ?? 'application/octet-stream';
    return [
      file,
      { content, headers: { etag: `W/"${hash}"`, 'cache-control': 'no-cache', 'content-type': type } },
    ];
  });
  return new Map(found);
}
