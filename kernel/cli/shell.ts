import { start } from 'node:repl';
import { compileFunction } from 'node:vm';
import { Container, RequestScope, runInScope, type Services } from '../container/index.ts';
import type { OwnedEvents } from '../event/index.ts';
import type { RouteOwner } from '../http/index.ts';
import type { Kernel } from '../kernel.ts';
import type { Snapshot } from '../snapshot/index.ts';
import type { Terminal } from './terminal.ts';

/** What code in the shell has at hand. Read anew each time, so that a reload shows. */
export class ShellScope implements AsyncDisposable {
  readonly kernel: Kernel;
  readonly scope = new RequestScope('shell');

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  /** The services of all extensions; scoped ones live as long as the shell. */
  get services(): Services {
    const active = [...this.kernel.extensions.active.values()].map(({ container }) => container);
    return this.scope.of(new Container({ owner: 'shell', dependencies: [this.kernel.container, ...active] }));
  }

  get events(): OwnedEvents {
    return this.kernel.events;
  }

  get snapshot(): Snapshot<RouteOwner> {
    return this.kernel.snapshot;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const error of await this.scope.dispose()) this.kernel.log.error({ err: error }, error.message);
  }
}

const names = ['kernel', 'services', 'events', 'snapshot'] as const;

/**
 * Runs code with the kernel, its services, events and snapshot at hand.
 *
 * @param code an expression, or statements with a `return`; either may await
 */
export async function evaluate(code: string, shell: ShellScope): Promise<unknown> {
  const run = compile(code);
  return runInScope(shell.scope, () => run(...names.map((name) => shell[name])));
}

function compile(code: string): (...values: readonly unknown[]) => Promise<unknown> {
  const wrap = (body: string): ((...values: readonly unknown[]) => Promise<unknown>) => {
    const compiled: unknown = compileFunction(`return (async () => {${body}\n})()`, [...names]);
    return async (...values) => (typeof compiled === 'function' ? compiled(...values) : undefined);
  };
  try {
    return wrap(`return (${code}\n);`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return wrap(code);
  }
}

/** Opens a prompt on the terminal. @returns when it is left */
export async function openPrompt(shell: ShellScope, terminal: Terminal): Promise<void> {
  terminal.note(
    `Backplane ${shell.kernel.version}. At hand: ${names.join(', ')}; await works; .exit leaves.`,
  );
  const { promise: left, resolve } = Promise.withResolvers<void>();
  const prompt = start({ prompt: 'backplane> ' });
  for (const name of names) {
    Object.defineProperty(prompt.context, name, { get: () => shell[name], enumerable: true });
  }
  prompt.on('exit', () => resolve());
  return left;
}
