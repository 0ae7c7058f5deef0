import { join } from 'node:path';
import { LoadGenerator } from './load.ts';
import type { Progress } from './options.ts';
import { atLeast, type Row, reported } from './report.ts';
import { ServerProcess } from './server-process.ts';
import { median, medianRatio } from './statistics.ts';
import { packageFolder, Workspace } from './workspace.ts';

const secret = 'a secret of at least 32 characters';
const connections = 50;

type Contender = 'Backplane' | 'Backplane, open' | 'Fastify' | 'Fastify, cached';

/**
 * GET with a parameter, a response schema and an access token (HS256 on both sides), as requests per second: `auth` against
 * @fastify/jwt, which verifies each time or, as its option says, remembers what it verified.
 */
export async function measureAuth({ quick, tell }: Progress): Promise<readonly Row[]> {
  const { rounds, seconds, warmUp } = quick
    ? { rounds: 3, seconds: 1, warmUp: 1 }
    : { rounds: 7, seconds: 3, warmUp: 3 };
  tell(`auth: ${rounds} rounds of ${seconds} s per server after ${warmUp} s of warm-up`);

  await using stack = new AsyncDisposableStack();
  const workspace = stack.use(new Workspace());
  workspace.add('shop', { 'routes/things.ts': things }, { dependencies: { auth: '*' } });
  const backplane = stack.use(
    await ServerProcess.start({
      script: 'serve-backplane.ts',
      args: [workspace.root, join(packageFolder, 'extensions', 'auth')],
      env: {
        JWT_SECRET: secret,
        AUTH_ALGORITHM: 'HS256',
        AUTO_MIGRATE: 'true',
        DATABASE_URL: 'sqlite::memory:',
      },
    }),
  );
  const peer = async (...args: string[]): Promise<ServerProcess> =>
    stack.use(await ServerProcess.start({ script: 'peers/fastify-jwt.mjs', args: [secret, ...args] }));
  const contenders: Readonly<Record<Contender, { server: ServerProcess; path: string }>> = {
    Backplane: { server: backplane, path: '/shop/things/thing-1' },
    'Backplane, open': { server: backplane, path: '/shop/open/thing-1' },
    Fastify: { server: await peer(), path: '/shop/things/thing-1' },
    'Fastify, cached': { server: await peer('cached'), path: '/shop/things/thing-1' },
  };
  const names = Object.keys(contenders) as Contender[];
  const tokens = new Map<Contender, string>();
  for (const name of names) tokens.set(name, await tokenOf(contenders[name]));

  const generator = stack.use(new LoadGenerator());
  const rates = new Map<Contender, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      const { server, path } = contenders[name];
      const { perSecond, failed, faults } = await generator.run({
        port: server.port,
        connections,
        pipelining: 1,
        requests: [{ path, headers: { authorization: `Bearer ${tokens.get(name)}` } }],
        seconds: round === 0 ? warmUp : seconds,
      });
      if (failed > 0) throw new Error(`${failed} requests to ${name} failed: ${faults.join('\n')}`);
      if (round > 0) rates.get(name)?.push(perSecond);
    }
    tell(round === 0 ? '  warmed up' : `  round ${round} of ${rounds}`);
  }
  const of = (name: Contender): readonly number[] => rates.get(name) ?? [];
  return [
    atLeast('auth: GET with a token ÷ @fastify/jwt', medianRatio(of('Backplane'), of('Fastify')), 0.8, '×'),
    reported(
      'auth: GET with a token ÷ @fastify/jwt that remembers',
      medianRatio(of('Backplane'), of('Fastify, cached')),
    ),
    reported('auth: GET with a token ÷ without', medianRatio(of('Backplane'), of('Backplane, open'))),
    ...names.map((name) => reported(`auth: ${name}, requests per second`, median(of(name)))),
  ];
}

/** A token of a server, which must refuse to answer without one. */
async function tokenOf({ server, path }: { server: ServerProcess; path: string }): Promise<string> {
  const token = await (await fetch(`${server.url}/shop/token`)).text();
  const refused = await fetch(server.url + path);
  const isOpen = path.includes('/open/');
  if (refused.status !== (isOpen ? 200 : 401))
    throw new Error(`${path} answers ${refused.status} without a token.`);
  const given = await fetch(server.url + path, { headers: { authorization: `Bearer ${token}` } });
  const body = await given.text();
  const expected = '{"id":"thing-1","name":"The one called thing-1","price":12.5}';
  if (body !== expected) throw new Error(`${path} answers ${given.status} ${body} instead of ${expected}.`);
  return token;
}

const things = `import { route, Type } from 'backplane';

const options = {
  params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) }),
  response: { 200: Type.Object({ id: Type.String(), name: Type.String(), price: Type.Number() }) },
};
const thing = ({ params }) => ({ id: params.id, name: \`The one called \${params.id}\`, price: 12.5 });

export default [
  route.get('/things/:id', { ...options, auth: 'jwt' }, thing),
  route.get('/open/:id', options, thing),
  route.get('/token', async ({ services: { auth } }) => {
    const email = \`\${crypto.randomUUID()}@example.org\`;
    const user = await auth.administration.create({ email, password: 'a long sentence of nobody' });
    const { accessToken } = await auth.sessions.open(user.id, { ip: undefined, userAgent: undefined });
    return accessToken;
  }),
];
`;
