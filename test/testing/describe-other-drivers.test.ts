import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { type Driver, defineCapability, defineDriver, Type } from '../../kernel/index.ts';
import { type DescribeDriverOptions, describeDriver, type TcpModel } from '../../kernel/testing/index.ts';
import { runNested, type SuiteReport } from './support/nested-mocha.ts';

const notes = defineCapability('test-notes', {
  operations: {
    // The safety of an operation that says none: at most once.
    post: { input: Type.Object({ text: Type.String() }), output: Type.Object({ id: Type.String() }) },
  },
});

type Options = DescribeDriverOptions<(typeof notes)['declared']>;

const inputs: Options['inputs'] = { post: ({ number }) => ({ text: `Note ${number}` }) };

/** A server that takes a line and answers `ok 1`. */
async function lineServer(): Promise<TcpModel> {
  let count = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    createInterface(socket).on('line', () => {
      count += 1;
      socket.write(`ok ${count}\n`);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { port, effects: () => count, close: () => void server.close() };
}

class LineError extends Error {
  readonly isSent: boolean;

  constructor(message: string, isSent: boolean) {
    super(message);
    this.isSent = isSent;
  }
}

interface Line {
  readonly host: string;
  readonly port: number;
}

/** One connection for each line. */
function send({ host, port }: Line, text: string, signal: AbortSignal): Promise<{ id: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ id: string }>();
  const socket = connect({ host, port, signal });
  let isSent = false;
  socket.on('error', ({ message }) => reject(new LineError(message, isSent)));
  socket.on('close', () => reject(new LineError('closed', isSent)));
  socket.on('connect', () => {
    isSent = true;
    socket.write(`${text}\n`);
  });
  createInterface(socket)
    .on('error', () => {})
    .on('line', (line) => {
      socket.end();
      resolve({ id: line.slice(3) });
    });
  return promise;
}

interface Broken {
  readonly effect?: string;
  readonly retries?: boolean;
  /** Takes an end in good order for a refusal. */
  readonly trustsEnds?: boolean;
}

const isTrusted = ({ message }: LineError, { effect, trustsEnds }: Broken): boolean =>
  effect === 'none' || (trustsEnds === true && message === 'closed');

function lineDriver(broken: Broken = {}): Driver {
  return defineDriver('line', {
    capability: 'test-notes',
    config: Type.Object({ host: Type.String(), port: Type.Integer() }),
    create: (line) => ({
      post: ({ text }: { text: string }, { signal }: { signal: AbortSignal }) => {
        const sent = send(line, text, signal);
        return broken.retries ? sent.catch(() => send(line, text, signal)) : sent;
      },
    }),
    classify: (error) =>
      error instanceof LineError
        ? {
            class: 'transient',
            effect: error.isSent && !isTrusted(error, broken) ? 'unknown' : 'none',
            scope: 'instance',
          }
        : undefined,
  });
}

const tcp: Options = {
  capability: notes,
  api: { tcp: lineServer },
  instance: ({ host, port }) => ({ config: { host, port } }),
  inputs,
};

const run = (driver: Driver, options: Options, only?: RegExp): Promise<SuiteReport> =>
  runNested(() => describeDriver(driver, options), only);

describe('describeDriver, for what is no HTTP API', () => {
  it('passes a good driver', async () => {
    const { failed, passed, pending } = await run(lineDriver(), tcp);
    expect(failed).to.deep.equal({});
    expect(passed).to.include(
      'post (atMostOnce): a reset after the work: leads to no second effect in a pool, and to no silence about the first',
    );
    expect(passed.length).to.be.greaterThan(18);
    expect(pending.filter((title) => !/health|reconcile|credentials|webhook/.test(title))).to.deep.equal([]);
  }).timeout(60_000);

  it('fails one that says of what was done that it was not', async () => {
    const { failed } = await run(lineDriver({ effect: 'none' }), tcp, /reset after the work/);
    expect(Object.values(failed).join('\n'))
      .to.match(/The API had done it/)
      .and.match(/It was done [23] times/);
  });

  it('fails one that takes the end of a connection for a refusal', async () => {
    const { failed } = await run(lineDriver({ trustsEnds: true }), tcp, /ends without an answer after/);
    expect(Object.values(failed).join('\n')).to.match(/The API had done it/);
  });

  it('fails one that connects again by itself', async () => {
    const { failed } = await run(lineDriver({ retries: true }), tcp, /reset before the work/);
    expect(Object.values(failed).join('\n')).to.match(/a connection" 2 times/);
  });
});

describe('describeDriver, for a driver that asks nobody', () => {
  const posted: string[] = [];
  const local: Options = {
    capability: notes,
    api: { local: () => ({ effects: () => posted.length }) },
    instance: () => ({}),
    inputs,
  };
  const memory = (times: number): Driver =>
    defineDriver('memory', {
      capability: 'test-notes',
      config: Type.Object({}),
      create: () => ({
        post({ text }: { text: string }) {
          for (let time = 0; time < times; time += 1) posted.push(text);
          return { id: String(posted.length) };
        },
      }),
    });

  it('passes a good one', async () => {
    const { failed, passed } = await run(memory(1), local);
    expect(failed).to.deep.equal({});
    expect(passed).to.deep.equal([
      'is of its capability',
      'has a configuration that fits its schema, as do the defaults',
      'declares the credentials that it uses, and no others',
      'implements every operation',
      'leaves nothing behind when it is released',
      'post (atMostOnce): answers as the capability says, and does it once',
      'post (atMostOnce): leaves its input as it is',
      'post (atMostOnce): does many at once, each for itself',
    ]);
  });

  it('fails one that does it twice', async () => {
    const { failed } = await run(memory(2), local, /does it once/);
    expect(Object.values(failed).join('\n')).to.match(/has done 2 things/);
  });
});
