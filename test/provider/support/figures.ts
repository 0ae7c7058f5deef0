import { percentile } from '../../../bench/statistics.ts';
import type { Simulated } from './simulation.ts';

/** Share of the calls that succeeded. */
export function successOf({ calls }: Simulated): number {
  return calls.filter(({ error }) => error === undefined).length / calls.length;
}

/** Requests for each call. */
export function amplificationOf({ calls, requests }: Simulated): number {
  return requests.length / calls.length;
}

/** The most requests for each call within any ten seconds (in steps of one second). */
export function worstAmplificationOf({ calls, requests }: Simulated, seconds: number): number {
  const perSecond = (moments: readonly number[]): readonly number[] => {
    const counts = new Array<number>(seconds).fill(0);
    for (const moment of moments) {
      const second = Math.floor(moment / 1000);
      if (second < seconds) counts[second] = (counts[second] ?? 0) + 1;
    }
    return counts;
  };
  const asked = perSecond(calls.map(({ start }) => start));
  const made = perSecond(requests.map(({ at }) => at));
  const windows = Array.from({ length: seconds - 9 }, (_, first) => {
    const sum = (counts: readonly number[]): number =>
      counts.slice(first, first + 10).reduce((total, count) => total + count, 0);
    return sum(made) / Math.max(1, sum(asked));
  });
  return Math.max(...windows);
}

/** Share of the calls of a span of time (milliseconds) that were sent to an instance. */
export function shareOf({ calls, requests }: Simulated, instance: string, from: number, to: number): number {
  const inSpan = (moment: number): boolean => moment >= from && moment < to;
  const sent = requests.filter((request) => request.instance === instance && inSpan(request.at)).length;
  return sent / calls.filter(({ start }) => inSpan(start)).length;
}

/** The 99th percentile of the durations of calls that began in a span of time. */
export function p99Of({ calls }: Simulated, from = 0, to = Number.POSITIVE_INFINITY): number {
  return percentile(
    calls.filter(({ start }) => start >= from && start < to).map(({ duration }) => duration),
    0.99,
  );
}
