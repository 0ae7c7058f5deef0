import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Effects } from 'backplane';
import { Gauge, type Registry } from 'prom-client';

/** Milliseconds between two looks at the clock. */
const resolution = 20;

const nanoseconds = 1e-9;

/** The monitor measures from one look to the next; what is beyond the planned time is delay. */
const beyond = (value: number): number => Math.max(0, value - resolution * 1e6);

type Monitor = ReturnType<typeof monitorEventLoopDelay>;

type Statistic = readonly [name: string, help: string, read: (delay: Monitor) => number];

const statistics: readonly Statistic[] = [
  ['min', 'Least', ({ min }) => beyond(min)],
  ['max', 'Greatest', ({ max }) => beyond(max)],
  ['mean', 'Mean', ({ mean }) => beyond(mean)],
  ['stddev', 'Standard deviation', ({ stddev }) => stddev],
  ['p50', '50th percentile', (delay) => beyond(delay.percentile(50))],
  ['p90', '90th percentile', (delay) => beyond(delay.percentile(90))],
  ['p99', '99th percentile', (delay) => beyond(delay.percentile(99))],
];

/** How busy the event loop is, and how late it runs; names as prom-client has them. */
export async function addEventLoopMetrics(registry: Registry, effects: Effects): Promise<void> {
  const registers = [registry];
  const delay = await effects.acquire('monitor of the event loop', startMonitor, (monitor) =>
    monitor.disable(),
  );
  const gauges = statistics.map(
    ([name, help], index) =>
      new Gauge({
        name: `nodejs_eventloop_lag_${name}_seconds`,
        help: `${help} of the event loop's delay since the last scrape.`,
        registers,
        // The first that is asked sets all of them, so that they tell of one and the same time.
        ...(index === 0 ? { collect: readAll } : {}),
      }),
  );
  function readAll(): void {
    gauges.forEach((gauge, index) => {
      gauge.set(delay.count === 0 ? 0 : (statistics[index]?.[2](delay) ?? 0) * nanoseconds);
    });
    delay.reset();
  }

  let before = performance.eventLoopUtilization();
  new Gauge({
    name: 'nodejs_eventloop_utilization',
    help: 'Part of the time that the event loop was busy since the last scrape, 0 to 1.',
    registers,
    collect() {
      const now = performance.eventLoopUtilization();
      this.set(performance.eventLoopUtilization(now, before).utilization);
      before = now;
    },
  });
}

function startMonitor(): Monitor {
  const monitor = monitorEventLoopDelay({ resolution });
  monitor.enable();
  return monitor;
}
