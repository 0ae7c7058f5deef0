import { deepEqual } from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { LoadGenerator } from './load.ts';
import type { Progress } from './options.ts';
import { atLeast, atMost, type Row, reported } from './report.ts';
import { answersOf } from './resources/check.ts';
import { environment, type Filled, fill, shopExtensions } from './resources/fill.ts';
import { listQueries, type Operation, operations, requestsOf, statusOf } from './resources/requests.ts';
import { ServerProcess } from './server-process.ts';
import { median, medianRatio } from './statistics.ts';
import { Workspace } from './workspace.ts';

const peers = {
  'Fastify 5': { script: 'peers/items-fastify.mjs', listQuery: listQueries.parameters },
  'FeathersJS 5': { script: 'peers/items-feathers.mjs', listQuery: listQueries.feathers },
  'Express 5 + Objection': { script: 'peers/items-express-objection.mjs', listQuery: listQueries.parameters },
} as const;

type Peer = keyof typeof peers;

/** Backplane is also asked by two who see the same rows, by ten grants and by ten thousand. */
type Contender = Peer | 'Backplane' | 'ten grants' | '10,000 grants';

const contenders: readonly Contender[] = [
  'Backplane',
  'Fastify 5',
  'FeathersJS 5',
  'Express 5 + Objection',
  'ten grants',
  '10,000 grants',
];

const connections = 50;

/**
 * Items that belong to teams, behind a JWT: read one by one, listed and made over HTTP, each server with its own copy of one
 * SQLite file, as requests per second in rounds in which each has its turn.
 */
export async function measureResources({ quick, tell }: Progress): Promise<readonly Row[]> {
  const { rounds, seconds, warmUp } = quick
    ? { rounds: 3, seconds: 1, warmUp: 1 }
    : { rounds: 7, seconds: 3, warmUp: 3 };
  tell(
    `resources: ${rounds} rounds of ${seconds} s per server and operation after ${warmUp} s of warm-up, ${connections} connections`,
  );
  await using stack = new AsyncDisposableStack();
  const workspace = stack.use(new Workspace());
  const original = join(workspace.root, 'original.sqlite');
  const filled = await fill(original);
  tell('  10,000 items');
  const servers = await startServers(stack, workspace, original, filled);

  const generator = stack.use(new LoadGenerator());
  const rates = new Map<string, number[]>();
  for (let round = 0; round <= rounds; round += 1) {
    for (const operation of operations) {
      for (const contender of contenders) {
        const { server, listQuery } = servers(contender);
        const { perSecond, failed, faults } = await generator.run({
          port: server.port,
          connections,
          pipelining: 1,
          requests: requestsOf(operation, askersOf(contender, filled), filled, listQuery),
          status: statusOf[operation],
          seconds: round === 0 ? warmUp : seconds,
        });
        if (failed > 0) {
          throw new Error(`${failed} requests (${operation}) to ${contender} failed: ${faults.join('\n')}`);
        }
        const key = `${operation} ${contender}`;
        if (round > 0) rates.set(key, [...(rates.get(key) ?? []), perSecond]);
      }
    }
    tell(round === 0 ? '  warmed up' : `  round ${round} of ${rounds}`);
  }
  return operations.flatMap((operation) =>
    rowsOf(operation, (contender) => rates.get(`${operation} ${contender}`) ?? []),
  );
}

const labels: Readonly<Record<Operation, string>> = {
  'by id': 'GET /items/:id',
  list: 'GET /items, filter and include of 20',
  create: 'POST /items',
};

function rowsOf(operation: Operation, rates: (contender: Contender) => readonly number[]): readonly Row[] {
  const label = `resources: ${labels[operation]}`;
  const over = (peer: Peer, target: number): Row =>
    atLeast(
      `${label}, Backplane ÷ ${peer}`,
      medianRatio(rates('Backplane'), rates(peer)),
      target,
      `× ${peer}`,
    );
  return [
    over('Fastify 5', operation === 'create' ? 0.7 : 0.8),
    over('FeathersJS 5', 2),
    over('Express 5 + Objection', 2),
    atMost(
      `${label}, cost with 10,000 grants ÷ with ten`,
      medianRatio(rates('ten grants'), rates('10,000 grants')),
      1.2,
      '× with ten',
    ),
    ...(['Backplane', ...Object.keys(peers)] as Contender[]).map((name) =>
      reported(`${label}, ${name}, requests per second`, median(rates(name))),
    ),
  ];
}

function askersOf(contender: Contender, { askers, ten, tenThousand }: Filled) {
  if (contender === 'ten grants') return [ten];
  return contender === '10,000 grants' ? [tenThousand] : askers;
}

/** Starts each server with a copy of the database of its own, and makes sure that all answer alike. */
async function startServers(
  stack: AsyncDisposableStack,
  workspace: Workspace,
  original: string,
  filled: Filled,
) {
  const started = new Map<
    string,
    { readonly server: ServerProcess; readonly listQuery: (price: number) => string }
  >();
  let right: object | undefined;
  const add = async (
    name: Contender,
    script: string,
    listQuery: (price: number) => string,
  ): Promise<void> => {
    const file = join(workspace.root, `${script.replaceAll(/\W/g, '-')}.sqlite`);
    copyFileSync(original, file);
    const isPeer = script.startsWith('peers/');
    const server = stack.use(
      await ServerProcess.start({
        script,
        args: isPeer ? [file] : [workspace.root, ...shopExtensions],
        env: isPeer ? {} : { ...environment, DATABASE_URL: `sqlite:${file}` },
      }),
    );
    const answers = await answersOf({ url: server.url, file, listQuery }, filled);
    right ??= answers;
    deepEqual(answers, right, `${name} answers otherwise than Fastify 5.`);
    started.set(name, { server, listQuery });
  };
  for (const name of Object.keys(peers) as Peer[]) await add(name, peers[name].script, peers[name].listQuery);
  await add('Backplane', 'serve-backplane.ts', listQueries.filter);
  return (contender: Contender) => {
    const found = started.get(contender) ?? started.get('Backplane');
    if (found === undefined) throw new Error(`${contender} was not started.`);
    return found;
  };
}
