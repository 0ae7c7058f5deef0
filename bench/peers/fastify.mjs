// Fastify 5: a plugin per extension, with schemas for the parameters and the response. As with all others, no handler is
// asynchronous: none has anything to wait for.
import Fastify from 'fastify';
import { extensions, paramsSchema, responseSchema, thing } from '../shape.ts';
import { host, report } from './serve.mjs';

const app = Fastify();
const schema = { params: paramsSchema, response: { 200: responseSchema } };
for (const { name, resources } of extensions) {
  app.register(
    async (plugin) => {
      for (const resource of resources)
        plugin.get(`/${resource}/:id`, { schema }, ({ params }, reply) => {
          reply.send(thing(params.id));
        });
    },
    { prefix: `/${name}` },
  );
}
await app.listen({ port: 0, host });
report(app.server);
