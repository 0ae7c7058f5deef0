import type { Random } from './clock.ts';

const first = 100;
const longest = 20_000;

/**
 * Full jitter: anything between nothing and an exponentially growing limit (AWS, "Exponential Backoff and Jitter").
 *
 * @param round how often it has been waited already
 * @returns milliseconds
 */
export function backoff(round: number, random: Random): number {
  return random() * Math.min(longest, first * 2 ** round);
}
