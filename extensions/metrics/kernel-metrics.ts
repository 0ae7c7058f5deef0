import type { Kernel } from 'backplane';
import { Counter, Gauge, type Registry } from 'prom-client';

/** What the kernel knows of itself: requests per generation, publications, and how its extensions stand. */
export function addKernelMetrics(registry: Registry, kernel: Kernel): void {
  const registers = [registry];
  new Gauge({
    name: 'http_requests_in_flight',
    help: 'Requests that are being answered, by generation; old generations are listed while they drain.',
    labelNames: ['extension', 'generation'],
    registers,
    collect() {
      this.reset();
      for (const { name: extension, generation } of kernel.snapshot.active.owners.values()) {
        this.set({ extension, generation }, 0);
      }
      for (const [{ name: extension, generation }, count] of kernel.http.inFlightByOwner()) {
        this.set({ extension, generation }, count);
      }
    },
  });
  new Counter({
    name: 'backplane_publications_total',
    help: 'How often a set of extensions has gone live: the boot, then each reload, switch and removal.',
    registers,
    collect() {
      this.reset();
      this.inc(kernel.snapshot.number);
    },
  });
  new Gauge({
    name: 'backplane_extensions',
    help: 'How many extensions are in each state.',
    labelNames: ['state'],
    registers,
    collect() {
      this.reset();
      for (const { state } of kernel.extensions.list()) this.inc({ state });
    },
  });
  new Gauge({
    name: 'backplane_extension_generation',
    help: 'The generation of each extension that serves; it counts the loads.',
    labelNames: ['extension'],
    registers,
    collect() {
      this.reset();
      for (const { name: extension, generation } of kernel.extensions.list()) {
        if (generation > 0) this.set({ extension }, generation);
      }
    },
  });
  new Gauge({
    name: 'backplane_extension_load_failed',
    help: 'Whether the last attempt to load an extension failed (1); an older generation may still serve.',
    labelNames: ['extension'],
    registers,
    collect() {
      this.reset();
      for (const { name: extension, lastFailure } of kernel.extensions.list()) {
        this.set({ extension }, lastFailure === undefined ? 0 : 1);
      }
    },
  });
}
