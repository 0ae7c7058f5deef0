import { type ExtensionFolder, extensionFolder } from 'backplane/testing';

/** An extension that answers in every way there is: declared routes, a stream, an Express router. */
export function app(): ExtensionFolder {
  return extensionFolder({
    'manifest.json': { name: 'app', version: '1.0.0' },
    'routes/declared.ts': `
      import { Readable } from 'node:stream';
      import { problem, reply, route } from 'backplane';
      export default [
        route.get('/small', {}, () => ({ ok: true })),
        route.get('/large', {}, () => reply(200, { text: 'long '.repeat(1000) }, { etag: '"v1"' })),
        route.get('/image', {}, () => reply(200, Buffer.alloc(5000), { 'content-type': 'image/png' })),
        route.get('/own', {}, () => reply(200, 'mine', { 'x-frame-options': 'DENY' })),
        route.get('/part', {}, () => reply(206, 'a'.repeat(5000), { 'content-range': 'bytes 0-4999/9000' })),
        route.get('/fails', {}, () => { throw problem(409, 'No.'); }),
        route.get('/not-modified', {}, () => reply(304, undefined, { etag: '"v1"' })),
        route.post('/echo', {}, ({ body }) => body),
        route.get('/stream', {}, ({ signal }) => reply(200, Readable.from((async function* () {
          yield 'first';
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
        })()), { 'content-type': 'text/event-stream' })),
      ];`,
    'routes/express.ts': `
      import express from 'express';
      const router = express.Router();
      router.get('/express/large', (_req, res) => { res.json({ text: 'long '.repeat(1000) }); });
      router.get('/express/small', (_req, res) => { res.json({ ok: true }); });
      export default router;`,
  });
}
