import { Agent, get } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { editedName, editOnce, writeEditedExtension } from './edited-extension.ts';
import { LoadGenerator } from './load.ts';
import type { Progress } from './options.ts';
import { atMost, type Row } from './report.ts';
import { ServerProcess } from './server-process.ts';
import { percentile } from './statistics.ts';
import { Workspace } from './workspace.ts';

const path = `/${editedName}/revision/one`;

/** A server with a watcher, whose one extension is edited. */
class Subject implements AsyncDisposable {
  readonly workspace = new Workspace();
  readonly #agent = new Agent({ keepAlive: true });
  #edits = 100;
  #server: ServerProcess | undefined;

  async start(): Promise<ServerProcess> {
    writeEditedExtension(this.workspace);
    this.#server = await ServerProcess.start({
      script: 'serve-backplane.ts',
      args: [this.workspace.root],
      execArgv: ['--expose-gc'],
      env: { WATCH: 'true' },
    });
    return this.#server;
  }

  /**
   * Saves a file and asks until the new code answers.
   * @returns milliseconds from before the save until the answer was there
   * @throws Error after ten seconds
   */
  async edit(): Promise<number> {
    this.#edits += 1;
    const started = performance.now();
    const revision = editOnce(this.workspace, this.#edits);
    for (;;) {
      const answer = await this.#ask();
      const took = performance.now() - started;
      if (answer.includes(revision)) return took;
      if (took > 10_000)
        throw new Error(`Revision ${revision} was saved 10 s ago; the answer is still ${answer}.`);
      await setTimeout(1);
    }
  }

  #ask(): Promise<string> {
    return new Promise((resolve, reject) => {
      get(`${this.#server?.url}${path}`, { agent: this.#agent }, (response) => {
        text(response).then(resolve, reject);
      }).on('error', reject);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    await this.#server?.[Symbol.asyncDispose]();
    this.workspace[Symbol.dispose]();
  }
}

/** Edits of an extension of 8 files and 1,500 lines, through the watcher and over sockets. */
export async function measureReload(progress: Progress): Promise<readonly Row[]> {
  return [...(await measureLatency(progress)), ...(await measureUnderLoad(progress))];
}

async function measureLatency({ quick, tell }: Progress): Promise<readonly Row[]> {
  const samples = quick ? 20 : 200;
  tell(`reload: ${samples} edits, one after another, of a server without other load`);
  await using subject = new Subject();
  await subject.start();
  const times: number[] = [];
  for (let sample = -5; sample < samples; sample += 1) {
    const took = await subject.edit();
    if (sample >= 0) times.push(took);
    // Nobody saves in the very moment in which the new code answers first.
    await setTimeout(30);
  }
  return [
    atMost('reload: save → new code answers, p50, ms', percentile(times, 0.5), 100, 'ms'),
    atMost('reload: save → new code answers, p95, ms', percentile(times, 0.95), 250, 'ms'),
  ];
}

async function measureUnderLoad({ quick, tell }: Progress): Promise<readonly Row[]> {
  const reloads = quick ? 50 : 1000;
  const warmUp = 20;
  const load = { connections: 50, pipelining: 10 };
  tell(
    `reload: ${reloads} edits while ${load.connections} connections keep ${load.pipelining} requests each on their way`,
  );
  await using subject = new Subject();
  const server = await subject.start();
  using generator = new LoadGenerator();
  const runUnderLoad = async (edits: number): Promise<readonly [requests: number, failed: number]> => {
    generator.start({
      ...load,
      port: server.port,
      requests: [{ path }],
      bytes: '{"revision":"000000"}'.length,
    });
    for (let edit = 1; edit <= edits; edit += 1) {
      await subject.edit();
      if (edit % 100 === 0) tell(`  ${edit} of ${edits}`);
    }
    const { total, failed, faults } = await generator.stop();
    if (failed > 0) tell(faults.join('\n'));
    return [total, failed];
  };
  const heap = async (): Promise<number> => (await server.ask<{ bytes: number }>('heap')).bytes;

  await runUnderLoad(warmUp);
  const before = await heap();
  const [requests, failed] = await runUnderLoad(reloads);
  const after = await heap();
  tell(`  ${requests} requests; heap ${before} bytes before, ${after} after`);
  return [
    atMost(`reload: failed requests during ${reloads} reloads under full load`, failed, 0, 'failed requests'),
    atMost(
      `reload: heap after ${reloads} reloads under full load ÷ before`,
      after / before,
      1.05,
      '× before',
    ),
  ];
}
