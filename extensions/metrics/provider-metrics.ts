import { capabilities, type Kernel, type Providers } from 'backplane';
import { Counter, Gauge, type Registry } from 'prom-client';

/** What became of attempts at other people's APIs, and how their instances stand. */
export function addProviderMetrics(registry: Registry, kernel: Kernel): void {
  const registers = [registry];
  new Counter({
    name: 'backplane_provider_attempts_total',
    help: 'Attempts at operations of capabilities, by what became of them.',
    labelNames: ['capability', 'operation', 'instance', 'outcome'],
    registers,
    collect() {
      this.reset();
      const counts = providersOf(kernel)?.counts() ?? [];
      for (const { count, ...labels } of counts) this.inc(labels, count);
    },
  });
  new Gauge({
    name: 'backplane_provider_instances',
    help: 'How many instances of each capability are in each state.',
    labelNames: ['capability', 'state'],
    registers,
    collect() {
      this.reset();
      for (const { capability, state } of providersOf(kernel)?.list() ?? []) this.inc({ capability, state });
    },
  });
}

/** Where there is nothing to ask for, looking must not set them up. */
function providersOf(kernel: Kernel): Providers | undefined {
  return kernel.snapshot.get(capabilities).size > 0 ? kernel.container.services.providers : undefined;
}
