import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface LoadRequest {
  readonly path: string;
  /** `GET` if left out. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface LoadOptions {
  readonly port: number;
  /** Sent in turn. */
  readonly requests: readonly LoadRequest[];
  /** Until {@link LoadGenerator.stop} when left out. */
  readonly seconds?: number;
  readonly connections: number;
  /** Requests on their way on each connection. */
  readonly pipelining: number;
  /** That every answer must have; 200 if left out. */
  readonly status?: number;
  /** Length that every answer's body must have, if it must have one. */
  readonly bytes?: number;
}

export interface LoadResult {
  readonly perSecond: number;
  readonly total: number;
  /** Answers of another status or length, and connections that broke. */
  readonly failed: number;
  /** The first few of them. */
  readonly faults: readonly string[];
}

/** A process that puts load on servers. */
export class LoadGenerator implements Disposable {
  readonly #child: ChildProcess = fork(join(import.meta.dirname, 'peers', 'load.mjs'));

  /** Puts load on a server for a while. */
  async run(options: LoadOptions & { readonly seconds: number }): Promise<LoadResult> {
    this.start(options);
    return (await once(this.#child, 'message'))[0];
  }

  /** Begins to put load on a server, without an end. */
  start(options: LoadOptions): void {
    this.#child.send(options);
  }

  /** Ends what was started. */
  async stop(): Promise<LoadResult> {
    this.#child.send('stop');
    return (await once(this.#child, 'message'))[0];
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }
}
