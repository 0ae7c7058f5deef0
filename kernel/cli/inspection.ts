import type { GraphInfo, HookInfo, RouteInfo } from '../administration/index.ts';
import type { ExtensionStatus } from '../extension/index.ts';
import { findRunningKernel, kernelAddress } from './running-kernel.ts';
import type { Surroundings } from './surroundings.ts';
import type { Terminal } from './terminal.ts';

/** A look at what runs, or would run. */
export interface Inspection extends AsyncDisposable {
  extensions(): Promise<readonly ExtensionStatus[]>;
  graph(): Promise<readonly GraphInfo[]>;
  routes(): Promise<readonly RouteInfo[]>;
  hooks(): Promise<readonly HookInfo[]>;
}

/** Looks at the kernel that runs; when none answers, loads the application into this process and says so. */
export async function openInspection(surroundings: Surroundings, terminal: Terminal): Promise<Inspection> {
  const running = await findRunningKernel(surroundings);
  if (running) {
    return {
      extensions: () => running.ask('GET', '/kernel/extensions'),
      graph: () => running.ask('GET', '/kernel/graph'),
      routes: () => running.ask('GET', '/kernel/routes'),
      hooks: () => running.ask('GET', '/kernel/hooks'),
      [Symbol.asyncDispose]: async () => {},
    };
  }
  const { url } = await kernelAddress(surroundings);
  terminal.note(`No kernel answers at ${url}: this is the application as it would start.`);
  const [{ openApplication }, { listGraph, listHooks, listRoutes }] = await Promise.all([
    import('./application.ts'),
    import('../administration/index.ts'),
  ]);
  const application = await openApplication(surroundings, { logLevel: 'silent', tolerant: true });
  const { kernel } = application;
  return {
    extensions: async () => kernel.extensions.list(),
    graph: async () => listGraph(kernel.extensions),
    routes: async () => listRoutes(kernel.snapshot),
    hooks: async () => listHooks(kernel.snapshot),
    [Symbol.asyncDispose]: () => application[Symbol.asyncDispose](),
  };
}
