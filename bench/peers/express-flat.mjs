// Express 5: all 500 routes on the application. No schemas: Express has none, and is spared the work.
import express from 'express';
import { routes, thing } from '../shape.ts';
import { host, report } from './serve.mjs';

const app = express();
for (const path of routes) app.get(path, (req, res) => res.json(thing(req.params.id)));
const server = app.listen(0, host, () => report(server));
