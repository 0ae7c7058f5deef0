import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LoadGenerator } from './load.ts';
import type { Progress } from './options.ts';
import { atLeast, type Row, reported } from './report.ts';
import { ServerProcess } from './server-process.ts';
import { routes, thing } from './shape.ts';
import { type Variant, writeShop } from './shop.ts';
import { median, medianRatio } from './statistics.ts';
import { packageFolder, Workspace } from './workspace.ts';

const peers = {
  'Fastify 5': 'peers/fastify.mjs',
  'Express 5, a Router per extension': 'peers/express-routers.mjs',
  'Express 5, flat': 'peers/express-flat.mjs',
  'NestJS on Express': 'peers/nest.mjs',
  'node:http': 'peers/node-http.mjs',
};

type Name = keyof typeof peers | 'plain' | 'scoped' | 'guarded';

/** A server under a load: one at a time on each connection as clients and proxies ask, or ten in a row as Fastify's own benchmark does. */
type Contender = Name | `${'plain' | 'Fastify 5' | 'node:http'}${typeof inARow}`;

const connections = 50;
const inARow = ', pipelined';
const pipelined = ['plain, pipelined', 'Fastify 5, pipelined', 'node:http, pipelined'] as const;

/** Requests of one round go over all 500 routes in turn; every id has as many characters, so that every answer has. */
const paths = routes.map((path, index) => path.replace(':id', `thing-${100 + index}`));

/**
 * GET with a parameter and a response schema, one of 500 routes in 100 extensions, as requests per second: the kernel
 * against its peers, in rounds in which each has its turn.
 */
export async function measureHttp({ quick, tell }: Progress): Promise<readonly Row[]> {
  const { rounds, seconds, warmUp } = quick
    ? { rounds: 3, seconds: 1, warmUp: 1 }
    : { rounds: 7, seconds: 3, warmUp: 3 };
  tell(
    `http: ${rounds} rounds of ${seconds} s per server after ${warmUp} s of warm-up, ${connections} connections`,
  );

  await using stack = new AsyncDisposableStack();
  const servers = new Map<Name, ServerProcess>();
  for (const [name, script] of Object.entries(peers) as [keyof typeof peers, string][]) {
    servers.set(name, stack.use(await ServerProcess.start({ script })));
  }
  for (const variant of ['plain', 'scoped'] as const) {
    servers.set(variant, await startKernel(stack, variant));
  }
  const guards = ['security', 'metrics'].map((name) => join(packageFolder, 'extensions', name));
  if (guards.every((folder) => existsSync(folder))) {
    servers.set('guarded', await startKernel(stack, 'plain', guards));
  }
  for (const [name, server] of servers) await check(name, server);

  const generator = stack.use(new LoadGenerator());
  const bytes = JSON.stringify(thing('thing-100')).length;
  const contenders: readonly Contender[] = [...servers.keys(), ...pipelined];
  const rates = new Map<Contender, number[]>(contenders.map((contender) => [contender, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const contender of contenders) {
      const isPipelined = contender.endsWith(inARow);
      const name = (isPipelined ? contender.slice(0, -inARow.length) : contender) as Name;
      const { perSecond, failed, faults } = await generator.run({
        port: servers.get(name)?.port ?? 0,
        connections,
        pipelining: isPipelined ? 10 : 1,
        requests: paths.map((path) => ({ path })),
        bytes,
        seconds: round === 0 ? warmUp : seconds,
      });
      if (failed > 0) throw new Error(`${failed} requests to ${contender} failed: ${faults.join('\n')}`);
      if (round > 0) rates.get(contender)?.push(perSecond);
    }
    tell(round === 0 ? '  warmed up' : `  round ${round} of ${rounds}`);
  }
  return rowsOf((contender) => rates.get(contender) ?? []);
}

function rowsOf(rates: (contender: Contender) => readonly number[]): readonly Row[] {
  const over = (peer: Name): number => medianRatio(rates('plain'), rates(peer));
  const overPipelined = (peer: 'Fastify 5' | 'node:http'): number =>
    medianRatio(rates('plain, pipelined'), rates(`${peer}, pipelined`));
  const rate = (label: string, name: Contender): Row =>
    reported(`http: ${label}, requests per second`, median(rates(name)));
  const kept = (label: string, name: Name): [string, number] => [
    `http: with ${label} ÷ without`,
    medianRatio(rates(name), rates('plain')),
  ];
  return [
    atLeast('http: Backplane ÷ Fastify 5', over('Fastify 5'), 1, '× Fastify'),
    atLeast(
      'http: Backplane ÷ Express 5 with a Router per extension',
      over('Express 5, a Router per extension'),
      2.5,
      '× Express with Routers',
    ),
    atLeast(
      'http: Backplane ÷ Express 5 with 500 flat routes',
      over('Express 5, flat'),
      3.5,
      '× flat Express',
    ),
    reported('http: Backplane ÷ NestJS on Express', over('NestJS on Express')),
    reported('http: Backplane ÷ node:http', over('node:http')),
    atLeast(...kept('one scoped service', 'scoped'), 0.85, '× without'),
    ...(rates('guarded').length > 0 ? [reported(...kept('security and metrics', 'guarded'))] : []),
    reported('http: Backplane ÷ Fastify 5, ten requests pipelined', overPipelined('Fastify 5')),
    reported('http: Backplane ÷ node:http, ten requests pipelined', overPipelined('node:http')),
    rate('Backplane', 'plain'),
    ...(Object.keys(peers) as (keyof typeof peers)[]).map((name) => rate(name, name)),
  ];
}

async function startKernel(
  stack: AsyncDisposableStack,
  variant: Variant,
  further: readonly string[] = [],
): Promise<ServerProcess> {
  const workspace = stack.use(new Workspace());
  writeShop(workspace, variant);
  return stack.use(
    await ServerProcess.start({ script: 'serve-backplane.ts', args: [workspace.root, ...further] }),
  );
}

/** Every server must give the same right answer on every route before it is worth being measured. */
async function check(name: Name, { url }: ServerProcess): Promise<void> {
  for (const path of paths) {
    const response = await fetch(url + path);
    const body = await response.text();
    const expected = JSON.stringify(thing(path.slice(path.lastIndexOf('/') + 1)));
    if (response.status !== 200 || body !== expected) {
      throw new Error(
        `${name} answers GET ${path} with ${response.status} ${body} instead of 200 ${expected}.`,
      );
    }
  }
}
