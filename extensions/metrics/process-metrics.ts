import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics } from 'node:v8';
import type { Effects } from 'backplane';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** The process and the heap; names as prom-client's default metrics have them, so that dashboards made for those fit. */
export function addProcessMetrics(registry: Registry): void {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  const startedAt = Math.round(Date.now() / 1000 - process.uptime());
  gauge('process_start_time_seconds', 'When the process started, in seconds since 1970.', () => startedAt);
  gauge('process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss());
  gauge('nodejs_heap_size_total_bytes', 'Size of the heap.', () => process.memoryUsage().heapTotal);
  gauge('nodejs_heap_size_used_bytes', 'Used part of the heap.', () => process.memoryUsage().heapUsed);
  gauge('nodejs_external_memory_bytes', 'Memory outside of the heap.', () => process.memoryUsage().external);

  const cpu = (kind: string, read: (usage: NodeJS.CpuUsage) => number): void => {
    new Counter({
      name: `process_cpu_${kind}seconds_total`,
      help: `CPU time that the process has used${kind === '' ? '' : ` (${kind.slice(0, -1)})`}.`,
      registers,
      collect() {
        this.reset();
        this.inc(read(process.cpuUsage()) / 1e6);
      },
    });
  };
  cpu('user_', ({ user }) => user);
  cpu('system_', ({ system }) => system);
  cpu('', ({ user, system }) => user + system);

  new Gauge({
    name: 'nodejs_heap_space_size_used_bytes',
    help: 'Used part of each space of the heap.',
    labelNames: ['space'],
    registers,
    collect() {
      for (const { space_name, space_used_size } of getHeapSpaceStatistics()) {
        this.set({ space: space_name.replace(/_space$/, '') }, space_used_size);
      }
    },
  });
  new Gauge({
    name: 'nodejs_active_resources',
    help: 'What keeps the process alive, by type.',
    labelNames: ['type'],
    registers,
    collect() {
      this.reset();
      for (const type of process.getActiveResourcesInfo()) this.inc({ type });
    },
  });
  const [major = '', minor = '', patch = ''] = process.versions.node.split('.');
  new Gauge({
    name: 'nodejs_version_info',
    help: 'Version of Node.js.',
    labelNames: ['version', 'major', 'minor', 'patch'],
    registers,
  }).set({ version: process.version, major, minor, patch }, 1);
}

const kinds = new Map<unknown, string>([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
]);

/** The duration of garbage collections. */
export async function addGarbageCollectionMetrics(registry: Registry, effects: Effects): Promise<void> {
  const durations = new Histogram({
    name: 'nodejs_gc_duration_seconds',
    help: 'Duration of garbage collections, by kind.',
    labelNames: ['kind'],
    buckets: [0.001, 0.01, 0.1, 1, 2, 5],
    registers: [registry],
  });
  await effects.acquire(
    'observer of garbage collections',
    () => {
      const observer = new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          durations.observe({ kind: kindOf(entry) }, entry.duration / 1000);
        }
      });
      observer.observe({ entryTypes: ['gc'] });
      return observer;
    },
    (observer) => observer.disconnect(),
  );
}

function kindOf(entry: PerformanceEntry): string {
  const detail: unknown = 'detail' in entry ? entry.detail : undefined;
  const kind = typeof detail === 'object' && detail !== null && 'kind' in detail ? detail.kind : undefined;
  return kinds.get(kind) ?? 'other';
}
