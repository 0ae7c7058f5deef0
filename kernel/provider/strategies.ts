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

/**
 * The strategies. `least-loaded` draws two at random and takes the less loaded one for its weight: nearly as good as
 * looking at all, without all callers running to the same (Mitzenmacher, "The Power of Two Choices").
 */
export const strategies: Readonly<Record<Strategy, Draw>> = {
  'least-loaded': (instances, { now, random }) => {
    const [only] = instances;
    const { length } = instances;
    if (length === 1) return only;
    const first = Math.floor(random() * length);
    const second = (first + 1 + Math.floor(random() * (length - 1))) % length;
    const [a = only, b = only] = [instances[first], instances[second]];
    return a.state.load(now) / a.weight <= b.state.load(now) / b.weight ? a : b;
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
