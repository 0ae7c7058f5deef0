// Express 5: a Router per extension. No schemas: Express has none, and is spared the work.
import express from 'express';
import { extensions, thing } from '../shape.ts';
import { host, report } from './serve.mjs';

const app = express();
for (const { name, resources } of extensions) {
  const router = express.Router();
  for (const resource of resources)
    router.get(`/${resource}/:id`, (req, res) => res.json(thing(req.params.id)));
  app.use(`/${name}`, router);
}
const server = app.listen(0, host, () => report(server));
