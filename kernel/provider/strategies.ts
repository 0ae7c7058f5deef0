import { createHash } from 'node:crypto';
import type { Strategy } from './capability.ts';
import type { Random } from './clock.ts';
import type { Instance } from './instance.ts';

/** What a strategy may look at beside the instances. */
export interface Drawing {
  readonly now: number;
  readonly random: Random;
  /** Counts the calls of the capability. */
  readonly turn: number;
}

/** One of several. There is at least one. */
type Draw = (instances: readonly [Instance, ...Instance[]], drawing: Drawing) => Instance;

/** So many times slower is no chance of the moment: then latency alone decides … */
const outlier = 2;
/** … as long as the faster one is not used to this share of what it may have on its way. */
const busy = 0.5;

/**
 * The less loaded of two, for its weight: by latency × (calls on their way + 1). A much slower one is passed over: by the
 * product alone it would be given its share of a load that the faster one carries easily.
 */
function better(a: Instance, b: Instance, now: number): Instance {
  const [slownessOfA, slownessOfB] = [a.state.slowness(now), b.state.slowness(now)];
  const [fast, slow] = slownessOfA <= slownessOfB ? [a, b] : [b, a];
  const ratio = Math.max(slownessOfA, slownessOfB) / Math.min(slownessOfA, slownessOfB);
  if (ratio >= outlier && fast.state.pending < busy * fast.concurrency) return fast;
  const loadOfFast = (fast.state.pending + 1) / fast.weight;
  const loadOfSlow = (ratio * (slow.state.pending + 1)) / slow.weight;
  return loadOfFast <= loadOfSlow ? fast : slow;
}

/**
 * The strategies. `least-loaded` draws two at random and takes the better: nearly as good as looking at all, without all
 * callers running to the same (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing").
 */
export const strategies: Readonly<Record<Strategy, Draw>> = {
  'least-loaded': (instances, { now, random }) => {
    const [only] = instances;
    const { length } = instances;
    if (length === 1) return only;
    const first = Math.floor(random() * length);
    const second = (first + 1 + Math.floor(random() * (length - 1))) % length;
    return better(instances[first] ?? only, instances[second] ?? only, now);
  },
  'round-robin': (instances, { turn }) => instances[turn % instances.length] ?? instances[0],
  'least-used': (instances) =>
    instances.reduce((best, one) =>
      one.state.uses / one.weight < best.state.uses / best.weight ? one : best,
    ),
  cheapest: (instances) => instances.reduce((best, one) => (one.cost < best.cost ? one : best)),
};

/**
 * The same instance for the same key as long as it is among them, and few others when one goes: rendezvous hashing
 * (Thaler and Ravishankar).
 */
export function sticky(instances: readonly [Instance, ...Instance[]], affinity: string): Instance {
  const [first] = instances;
  if (instances.length === 1) return first;
  return instances
    .map((instance) => ({ instance, score: scoreOf(instance, affinity) }))
    .reduce((best, one) => (one.score > best.score ? one : best)).instance;
}

/** Weighted: −w ÷ ln(hash), so that an instance of weight 2 gets twice the keys. */
function scoreOf({ name, weight }: Instance, affinity: string): number {
  const hash = createHash('sha256').update(`${name}\0${affinity}`).digest().readUInt32BE() + 1;
  return -weight / Math.log(hash / (2 ** 32 + 2));
}
