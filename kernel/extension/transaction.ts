import { FaultList, isBackplaneError } from '../errors.ts';
import {
  type AnyRegistry,
  type Contribution,
  compileSnapshot,
  type DeclaredRegistry,
  type Snapshot,
} from '../snapshot/index.ts';
import { collectFolders } from './collect.ts';
import type { Generation, ServingOwner } from './generation.ts';
import type { Staging } from './staging.ts';
import type { Phase } from './state.ts';

/** What the kernel itself puts into every snapshot. */
export interface KernelPart {
  readonly owner: ServingOwner;
  readonly registries: readonly AnyRegistry[];
  /** Values by registry name. */
  readonly contributions: ReadonlyMap<string, readonly unknown[]>;
}

export interface TransactionInput {
  readonly staging: Staging;
  /** Every name that can run, dependencies before dependents. */
  readonly order: readonly string[];
  /** Generations that serve now. */
  readonly active: ReadonlyMap<string, Generation>;
  /** Names of those that will not serve any more. */
  readonly drop: ReadonlySet<string>;
  readonly kernel: KernelPart;
  readonly previous: Snapshot<ServingOwner> | undefined;
  /** Prepares what a snapshot does lazily, for the staged extensions only. Throws when one of their values is bad. */
  readonly prepare: (snapshot: Snapshot<ServingOwner>, owner: Generation) => void;
  /** The assignment that makes the snapshot the current one. Called at most once, synchronously. */
  readonly publish: (snapshot: Snapshot<ServingOwner>) => void;
}

export interface Published {
  readonly snapshot: Snapshot<ServingOwner>;
  readonly active: ReadonlyMap<string, Generation>;
  /** Generations whose place was taken, or that were dropped; they drain now. */
  readonly replaced: readonly Generation[];
}

/**
 * Takes staged extensions to publication: views, health, exclusive effects, assignment. A staged extension that fails
 * a step is taken out and the rest goes on; if that was one that serves already, nothing is published and what served
 * goes on serving.
 *
 * @returns `undefined` when nothing was published; `staging` then holds the reasons and owns nothing any more
 */
export async function commit(input: TransactionInput): Promise<Published | undefined> {
  const { staging, active, drop } = input;
  // Whoever takes an extension away wants it gone: then what cannot live without it falls, too.
  const isLost = (): boolean => drop.size === 0 && [...active.keys()].some((name) => !staging.isOn(name));

  for (;;) {
    if (isLost()) return abandon(staging);
    const attempt = await compileAttempt(input).catch(async (error: unknown) => {
      await staging.discardAll();
      throw error;
    });
    if (attempt === 'again') continue;
    const { snapshot, next } = attempt;

    const replaced = [...active.values()].filter((generation) => next.get(generation.name) !== generation);
    const started = [...staging.generations.values()];
    const failed = await handOver(replaced, started);
    if (failed) {
      await staging.fail(failed.name, 'start', failed.error);
      continue;
    }

    input.publish(snapshot);
    for (const generation of started) generation.advance('active');
    for (const generation of replaced) generation.advance('draining');
    return { snapshot, active: next, replaced };
  }
}

async function abandon(staging: Staging): Promise<undefined> {
  await staging.discardAll();
  return undefined;
}

/** Compiles the views and checks health. `again`: a staged extension was taken out, the rest must be tried anew. */
async function compileAttempt(
  input: TransactionInput,
): Promise<'again' | { snapshot: Snapshot<ServingOwner>; next: ReadonlyMap<string, Generation> }> {
  const { staging, order, active, drop, kernel, previous } = input;
  const next = new Map(
    order.flatMap((name): [string, Generation][] => {
      const stays = staging.isOn(name) && !drop.has(name);
      const generation = staging.generations.get(name) ?? (stays ? active.get(name) : undefined);
      return generation ? [[name, generation]] : [];
    }),
  );
  const registries: DeclaredRegistry[] = [
    ...kernel.registries.map((registry) => ({ registry, owner: kernel.owner.name })),
    ...[...next.values()].flatMap(({ registries: own, name: owner }) =>
      own.map((registry) => ({ registry, owner })),
    ),
  ];
  let failed = false;
  const culprits = (fault: unknown, otherwise?: string): readonly string[] =>
    culpritsOf(fault, otherwise, input);
  const blame = async (name: string, phase: Phase, error: unknown): Promise<void> => {
    failed = true;
    await staging.fail(name, phase, error);
  };

  const all = registries.map(({ registry }) => registry);
  for (const generation of next.values()) {
    try {
      await collectFolders(generation, all);
    } catch (error) {
      for (const culprit of culprits(error, generation.name)) await blame(culprit, 'compile', error);
    }
  }
  if (failed) return 'again';

  let snapshot: Snapshot<ServingOwner>;
  try {
    snapshot = compileSnapshot(
      { owners: next, registries, contributions: gather(kernel, all, next) },
      previous,
    );
  } catch (error) {
    for (const fault of error instanceof FaultList ? error.errors : [error]) {
      for (const culprit of culprits(fault)) await blame(culprit, 'compile', fault);
    }
    if (!failed) throw error;
    return 'again';
  }
  for (const generation of [...staging.generations.values()]) {
    try {
      input.prepare(snapshot, generation);
    } catch (error) {
      await blame(generation.name, 'compile', error);
      continue;
    }
    try {
      await generation.checkHealth();
    } catch (error) {
      await blame(generation.name, 'health', error);
    }
  }
  return failed ? 'again' : { snapshot, next };
}

function gather(
  kernel: KernelPart,
  registries: readonly AnyRegistry[],
  generations: ReadonlyMap<string, Generation>,
): ReadonlyMap<string, readonly Contribution<unknown, ServingOwner>[]> {
  return new Map(
    registries.map((registry) => [
      registry.name,
      [
        ...(kernel.contributions.get(registry.name) ?? []).map((value) => ({
          owner: kernel.owner,
          source: 'kernel',
          value,
        })),
        ...[...generations.values()].flatMap((generation) => generation.contributionsTo(registry)),
      ],
    ]),
  );
}

/**
 * Which extensions a fault is to be laid to. In a conflict it is the last owner that is being staged: what serves already
 * was there first. Where something is taken away, what cannot live without it falls. Otherwise a fault that names nobody
 * staged is laid to all of them.
 */
function culpritsOf(
  fault: unknown,
  otherwise: string | undefined,
  { staging, active, drop }: TransactionInput,
): readonly string[] {
  const isStaged = (name: string): boolean => staging.generations.has(name);
  const named = ownersIn(fault);
  if (named.length === 0 && otherwise !== undefined) named.push(otherwise);
  const last = named.findLast(isStaged);
  if (last !== undefined) return [last];
  const fallen = drop.size > 0 ? named.findLast((name) => active.has(name)) : undefined;
  return fallen === undefined ? [...staging.generations.keys()] : [fallen];
}

/** The extensions that an error of the catalogue names. */
function ownersIn(fault: unknown): string[] {
  const details: object = isBackplaneError(fault) ? fault.details : {};
  const owners: unknown = 'owners' in details ? details.owners : 'owner' in details ? [details.owner] : [];
  return Array.isArray(owners) ? owners.filter((owner) => typeof owner === 'string') : [];
}

/**
 * Stops the exclusive effects of the generations that go and starts those of the ones that come. If one cannot start,
 * those that were stopped start again.
 */
async function handOver(
  going: readonly Generation[],
  coming: readonly Generation[],
): Promise<{ name: string; error: unknown } | undefined> {
  if (![...going, ...coming].some(({ effects }) => effects.hasExclusive)) return undefined;
  const stopped: Generation[] = [];
  for (const generation of going.toReversed()) {
    for (const error of await generation.effects.stopExclusive()) {
      generation.log.error({ err: error }, 'Stopping an exclusive effect failed');
    }
    stopped.unshift(generation);
  }
  for (const [index, generation] of coming.entries()) {
    try {
      await generation.effects.startExclusive();
    } catch (error) {
      for (const started of coming.slice(0, index + 1).toReversed()) await started.effects.stopExclusive();
      for (const before of stopped) {
        try {
          await before.effects.startExclusive();
        } catch (again) {
          before.log.error(
            { err: again },
            'An exclusive effect could not be started again after a failed reload',
          );
        }
      }
      return { name: generation.name, error };
    }
  }
  return undefined;
}
