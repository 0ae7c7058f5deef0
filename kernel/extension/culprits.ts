import { ownersOf } from '../errors.ts';
import type { Generation } from './generation.ts';
import type { Staging } from './staging.ts';

/** The part of a transaction that says who can be blamed. */
export interface Accused {
  readonly staging: Staging;
  /** Generations that serve now. */
  readonly active: ReadonlyMap<string, Generation>;
  /** Names of those that will not serve any more. */
  readonly drop: ReadonlySet<string>;
}

/**
 * Which extensions a fault is to be laid to. In a conflict it is the last owner that is being staged: what serves already
 * was there first. Where something is taken away, what cannot live without it falls.
 *
 * @param otherwise asked when the fault names nobody of these; when it knows nobody either, all that is staged falls
 */
export function culpritsOf(
  fault: unknown,
  { staging, active, drop }: Accused,
  otherwise: () => string | undefined,
): readonly string[] {
  const named = ownersOf(fault);
  const fallen = drop.size > 0 ? named.findLast((name) => active.has(name)) : undefined;
  const found = named.findLast((name) => staging.generations.has(name)) ?? fallen ?? otherwise();
  return found === undefined ? [...staging.generations.keys()] : [found];
}

/**
 * Finds the staged extension with which a step begins to fail, when the fault itself does not tell.
 *
 * @param next everything that is to serve, dependencies before dependents
 * @param isFine does the step succeed with these?
 */
export function firstToBreak(
  next: ReadonlyMap<string, Generation>,
  { staging, active }: Accused,
  isFine: (generations: ReadonlyMap<string, Generation>) => boolean,
): string | undefined {
  const staged = [...next.keys()].filter((name) => staging.generations.has(name));
  const withFirst = (count: number): ReadonlyMap<string, Generation> => {
    const left = new Set(staged.slice(count));
    return new Map(
      [...next].flatMap(([name, generation]): [string, Generation][] => {
        const chosen = left.has(name) ? active.get(name) : generation;
        return chosen ? [[name, chosen]] : [];
      }),
    );
  };
  // With all of them it fails; how many can there be without? Halving asks seldom, also among a thousand.
  let [fine, failing] = [0, staged.length];
  while (failing - fine > 1) {
    const middle = Math.floor((fine + failing) / 2);
    if (isFine(withFirst(middle))) fine = middle;
    else failing = middle;
  }
  return staged[failing - 1];
}
