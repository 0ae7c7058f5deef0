import { reply, route, Type } from 'backplane';

const Key = Type.Object(
  { kid: Type.String(), kty: Type.String(), alg: Type.String(), use: Type.String() },
  { additionalProperties: true },
);

export default route.get(
  '/.well-known/jwks.json',
  {
    summary: 'The keys that access tokens can be verified with (RFC 7517)',
    response: { 200: Type.Object({ keys: Type.Array(Key) }) },
  },
  async ({ services: { auth } }) =>
    reply(200, { keys: await auth.keys.published() }, { 'cache-control': 'public, max-age=60' }),
);
