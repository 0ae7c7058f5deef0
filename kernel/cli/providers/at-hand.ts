import type { ProviderAdministration } from '../../administration/index.ts';
import type { InstanceRef } from '../../provider/index.ts';
import { findRunningKernel, kernelAddress, type RunningKernel } from '../running-kernel.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Terminal } from '../terminal.ts';

/** What commands need of the administration of providers, wherever it is. */
export type ProvidersDesk = Pick<
  ProviderAdministration,
  'list' | 'drivers' | 'test' | 'enable' | 'disable' | 'put' | 'remove' | 'rekey'
>;

/** Providers of the kernel that runs, or of one that was loaded for this command. */
export interface ProvidersAtHand extends AsyncDisposable {
  readonly desk: ProvidersDesk;
  /** Do they belong to a kernel that runs? What is changed otherwise holds from the next start on. */
  readonly isRunning: boolean;
}

/** Goes to the kernel that runs; when none answers, loads the application into this process and says so. */
export async function providersAtHand(
  surroundings: Surroundings,
  terminal: Terminal,
): Promise<ProvidersAtHand> {
  const running = await findRunningKernel(surroundings);
  if (running) return { desk: remote(running), isRunning: true, [Symbol.asyncDispose]: async () => {} };
  const { url } = await kernelAddress(surroundings);
  terminal.note(`No kernel answers at ${url}: this is the application as it would start.`);
  const { openApplication } = await import('../application.ts');
  const application = await openApplication(surroundings, { logLevel: 'silent', tolerant: true });
  return {
    desk: application.kernel.providerAdministration,
    isRunning: false,
    [Symbol.asyncDispose]: () => application[Symbol.asyncDispose](),
  };
}

function remote(kernel: RunningKernel): ProvidersDesk {
  return {
    list: () => kernel.ask('GET', '/kernel/providers'),
    drivers: () => kernel.ask('GET', '/kernel/providers/drivers'),
    test: (ref) => kernel.ask('POST', pathOf(ref, '/test')),
    enable: (ref) => kernel.ask('POST', pathOf(ref, '/enable')),
    disable: (ref, reason) => kernel.ask('POST', pathOf(ref, '/disable', reason)),
    put: (ref, written) => kernel.ask('PUT', pathOf(ref), written),
    remove: (ref) => kernel.ask('DELETE', pathOf(ref)),
    rekey: () => kernel.ask('POST', '/kernel/providers/rekey'),
  };
}

function pathOf({ capability, instance, tenant }: InstanceRef, action = '', reason?: string): string {
  const query = new URLSearchParams({
    ...(tenant === undefined ? {} : { tenant }),
    ...(reason === undefined ? {} : { reason }),
  });
  const path = `/kernel/providers/${encodeURIComponent(capability)}/${encodeURIComponent(instance)}${action}`;
  return query.size === 0 ? path : `${path}?${query}`;
}
