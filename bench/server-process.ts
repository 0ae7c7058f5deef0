import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface ServerOptions {
  /** File in this folder. */
  readonly script: string;
  readonly args?: readonly string[];
  /** Options of Node. */
  readonly execArgv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A server in a process of its own, run by the same Node as this one. It ends with this process. */
export class ServerProcess implements AsyncDisposable {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** @throws Error when it ends before it listens */
  static async start({ script, args = [], execArgv = [], env = {} }: ServerOptions): Promise<ServerProcess> {
    const child = fork(join(import.meta.dirname, script), args, {
      execArgv: [...execArgv],
      env: { ...process.env, NODE_ENV: 'production', LOG_LEVEL: 'silent', ...env },
    });
    const [started] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => {
        throw new Error(`${script} ended with exit code ${code} before it listened.`);
      }),
    ]);
    return new ServerProcess(child, started.port);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Sends a message and returns the answer. */
  async ask<Answer>(message: string): Promise<Answer> {
    const answer = once(this.#child, 'message');
    this.#child.send(message);
    return (await answer)[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}
