import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { run } from '../../kernel/cli/run.ts';

export type Files = Readonly<Record<string, string>>;
type Env = Readonly<Record<string, string | undefined>>;

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A test that times out never disposes of what it started: what is left ends with this process. */
const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

const main = resolve(import.meta.dirname, '../../kernel/cli/main.ts');

/** An application in a temporary folder, removed when it goes out of scope, and command lines run in it. */
export class Application implements AsyncDisposable {
  readonly root: string;
  readonly env: Env;

  private constructor(root: string, env: Env) {
    this.root = root;
    this.env = env;
  }

  /** @param files content by path, `extensions/blog/manifest.json` */
  static async create(files: Files = {}, env: Env = {}): Promise<Application> {
    const root = await realpath(await mkdtemp(join(tmpdir(), 'backplane-cli-')));
    const names = Object.keys(files).flatMap((file) => /^extensions\/([^/]+)\//.exec(file)?.[1] ?? []);
    const application = new Application(root, {
      PATH: process.env.PATH,
      PORT: '0',
      // Without what comes with the package.
      EXTENSIONS: [...new Set(names)].join(','),
      ...env,
    });
    await application.write(files);
    return application;
  }

  async write(files: Files): Promise<void> {
    for (const [file, content] of Object.entries(files)) {
      const path = join(this.root, file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    }
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.root, path), { recursive: true });
  }

  /** Runs a command line in this process. */
  async run(argv: readonly string[], env: Env = {}): Promise<Result> {
    const stdout = new Collected();
    const stderr = new Collected();
    const surroundings = { cwd: this.root, env: { ...this.env, ...env }, stdout, stderr };
    const code = await run(argv, surroundings);
    return { code, stdout: stdout.text, stderr: stderr.text };
  }

  /** Runs a command line in this process, with somebody at a terminal who gives an answer. */
  async answer(argv: readonly string[], answer: string, env: Env = {}): Promise<Result> {
    const stdin = Object.assign(Readable.from([answer]), { isTTY: true });
    const stdout = new Collected();
    const stderr = Object.assign(new Collected(), { isTTY: true });
    const code = await run(argv, { cwd: this.root, env: { ...this.env, ...env }, stdin, stdout, stderr });
    return { code, stdout: stdout.text, stderr: stderr.text };
  }

  /** Runs a command line in a process of its own. */
  spawn(argv: readonly string[], env: Env = {}, nodeOptions: readonly string[] = []): Running {
    const words = ['--no-warnings', ...nodeOptions, main, ...argv];
    const child = spawn(process.execPath, words, { cwd: this.root, env: { ...this.env, ...env } });
    return new Running(child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

/** A process that was started, killed when it goes out of scope. */
export class Running implements AsyncDisposable {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly ended: Promise<Result>;
  readonly #waiting = new Set<() => void>();

  constructor(child: ChildProcess) {
    this.child = child;
    children.add(child);
    const told = (): void => {
      for (const check of this.#waiting) check();
    };
    child.stdout?.on('data', (data: Buffer) => {
      this.stdout += data.toString();
      told();
    });
    child.stderr?.on('data', (data: Buffer) => {
      this.stderr += data.toString();
      told();
    });
    this.ended = once(child, 'close').then(([code]: unknown[]) => {
      children.delete(child);
      told();
      return { code: typeof code === 'number' ? code : -1, stdout: this.stdout, stderr: this.stderr };
    });
  }

  /** Waits until standard output holds a match. @throws when the process ends before */
  until(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const found = pattern.exec(this.stdout);
        if (found === null && this.child.exitCode === null) return;
        this.#waiting.delete(check);
        if (found) resolve(found);
        else reject(new Error(`It ended without ${pattern}:\n${this.stdout}\n${this.stderr}`));
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** Where a started kernel listens. */
  async address(): Promise<string> {
    const [, address = ''] = await this.until(/listens on (http:[\w.:/[\]]+)/);
    return address;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.ended;
  }
}

class Collected extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** The files of an extension, below `extensions/`. */
export function extension(name: string, files: Files = {}, manifest: object = {}): Files {
  const folder = `extensions/${name}`;
  return {
    [`${folder}/manifest.json`]: JSON.stringify({ name, version: '1.0.0', ...manifest }),
    ...Object.fromEntries(Object.entries(files).map(([file, content]) => [`${folder}/${file}`, content])),
  };
}

/** A port that is free at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
