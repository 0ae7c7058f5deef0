// Fastify 5 with @fastify/jwt.
//
//   node fastify-jwt.mjs SECRET [cached]
import { randomUUID } from 'node:crypto';
import jwt from '@fastify/jwt';
import Fastify from 'fastify';
import { host, report } from './serve.mjs';

const [secret, cached] = process.argv.slice(2);
const app = Fastify();
app.register(jwt, { secret, ...(cached === undefined ? {} : { verify: { cache: true } }) });
await app.after();

const schema = {
  params: {
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string', minLength: 1, maxLength: 64 } },
  },
  response: {
    200: {
      type: 'object',
      required: ['id', 'name', 'price'],
      properties: { id: { type: 'string' }, name: { type: 'string' }, price: { type: 'number' } },
    },
  },
};
const onRequest = (request) => request.jwtVerify();
app.get('/shop/things/:id', { schema, onRequest }, ({ params: { id } }, reply) => {
  reply.send({ id, name: `The one called ${id}`, price: 12.5 });
});
// The claims that the other server's tokens have.
app.get('/shop/token', () =>
  app.jwt.sign(
    { sub: randomUUID(), sid: randomUUID(), jti: randomUUID(), iss: 'backplane', aud: 'backplane' },
    { expiresIn: 900 },
  ),
);
await app.listen({ port: 0, host });
report(app.server);
