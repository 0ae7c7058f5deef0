import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** How a child process migrates: see migrate-child.ts. */
export interface ChildOptions {
  readonly url: string;
  readonly folder: string;
  /** Kills itself right after as many statements. */
  readonly killAfter?: number;
  /** Sets the environment variable that its migrations read. */
  readonly hang?: boolean;
  readonly lockTimeout?: number;
}

export interface ChildResult {
  /** How it ended: 0, 1 or SIGKILL. */
  readonly end: number | string | null;
  readonly output: string;
  /** Statements that it sent. */
  readonly statements: number;
}

export class Child {
  readonly process: ChildProcess;
  #output = '';
  #statements = 0;

  constructor({ url, folder, killAfter = 0, hang = false, lockTimeout = 30_000 }: ChildOptions) {
    this.process = fork(join(import.meta.dirname, 'migrate-child.ts'), {
      env: {
        ...process.env,
        CHILD_URL: url,
        CHILD_FOLDER: folder,
        CHILD_KILL_AFTER: String(killAfter),
        CHILD_LOCK_TIMEOUT: String(lockTimeout),
        ...(hang ? { CHILD_HANG: '1' } : {}),
      },
      execArgv: ['--no-warnings'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.process.stderr?.on('data', (text) => {
      this.#output += text;
    });
    this.process.on('message', (message) => {
      if (typeof message === 'number') this.#statements = message;
    });
  }

  /** Resolves when it says that it is inside a migration. */
  async hanging(): Promise<void> {
    for (;;) {
      const [message] = await once(this.process, 'message');
      if (message === 'hanging') return;
    }
  }

  async end(): Promise<ChildResult> {
    const [code, signal] = await once(this.process, 'exit');
    return { end: signal ?? code, output: this.#output, statements: this.#statements };
  }
}

/** A folder of an application inside the repository, so that its migrations find `backplane/data`. */
export async function applicationFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const parent = join(root, 'var/test');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'migration-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, 'blog/migrations', name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, text);
  }
  return folder;
}

const folders: string[] = [];
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));
