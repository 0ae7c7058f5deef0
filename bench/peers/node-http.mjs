// The least that a server can do: a map instead of a router, no checks.
import { createServer } from 'node:http';
import { routes, thing } from '../shape.ts';
import { host, report } from './serve.mjs';

const known = new Map(routes.map((path) => [path.slice(0, -':id'.length), thing]));

const server = createServer((req, res) => {
  const end = req.url.lastIndexOf('/') + 1;
  const handler = known.get(req.url.slice(0, end));
  const body = JSON.stringify(handler(req.url.slice(end)));
  res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  res.end(body);
});
server.listen(0, host, () => report(server));
