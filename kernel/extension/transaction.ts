import { FaultList, throwFaults } from '../errors.ts';
import {
  type Active,
  type AnyRegistry,
  compileSnapshot,
  type DeclaredRegistry,
  type Snapshot,
} from '../snapshot/index.ts';
import { collectFolders } from './collect.ts';
import { culpritsOf, firstToBreak } from './culprits.ts';
import type { Generation, ServingOwner } from './generation.ts';
import { handOver } from './hand-over.ts';
import type { Staging } from './staging.ts';
import type { Phase } from './state.ts';

/** What the kernel itself puts into every snapshot. */
export interface KernelPart {
  readonly owner: ServingOwner;
  readonly registries: readonly AnyRegistry[];
  /** Values by registry name. */
  readonly contributions: ReadonlyMap<string, readonly unknown[]>;
}

type Generations = ReadonlyMap<string, Generation>;

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
    const failed = await handOver(replaced, started, ({ effects }) =>
      staging.arrival.run(() => effects.startExclusive()),
    );
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
): Promise<'again' | { snapshot: Snapshot<ServingOwner>; next: Generations }> {
  const { staging, order, active, drop, kernel, previous } = input;
  const next = new Map(
    order.flatMap((name): [string, Generation][] => {
      const stays = staging.isOn(name) && !drop.has(name);
      const generation = staging.generations.get(name) ?? (stays ? active.get(name) : undefined);
      return generation ? [[name, generation]] : [];
    }),
  );
  // All are judged before the first is taken out, after which the same fault would seem to be nobody's.
  const verdicts: { names: readonly string[]; phase: Phase; error: unknown }[] = [];
  const accuse = (error: unknown, otherwise: () => string | undefined): void => {
    const names = culpritsOf(error, input, otherwise);
    if (names.length === 0) throw error;
    verdicts.push({ names, phase: 'compile', error });
  };
  const execute = async (): Promise<'again'> => {
    for (const { names, phase, error } of verdicts)
      for (const name of names) await staging.fail(name, phase, error);
    return 'again';
  };

  const registries = registriesOf(kernel, next);
  for (const generation of next.values()) {
    try {
      throwFaults(await collectFolders(generation, registries));
    } catch (error) {
      accuse(error, () => collectorOf(generation, registries, staging));
    }
  }
  if (verdicts.length > 0) return execute();

  let snapshot: Snapshot<ServingOwner>;
  try {
    snapshot = compileSnapshot(activeOf(kernel, next), previous);
  } catch (error) {
    const isFine = (some: Generations): boolean => compiles(activeOf(kernel, some), previous);
    for (const fault of error instanceof FaultList ? error.errors : [error]) {
      accuse(fault, () => firstToBreak(next, input, isFine));
    }
    return execute();
  }
  staging.arrival.settle(snapshot);
  for (const generation of staging.generations.values()) {
    const names = [generation.name];
    try {
      input.prepare(snapshot, generation);
    } catch (error) {
      verdicts.push({ names, phase: 'compile', error });
      continue;
    }
    try {
      await staging.arrival.run(() => generation.checkHealth());
    } catch (error) {
      verdicts.push({ names, phase: 'health', error });
    }
  }
  return verdicts.length > 0 ? execute() : { snapshot, next };
}

/** The registries of the kernel, as its own. */
export function declaredByKernel({ owner, registries }: KernelPart): readonly DeclaredRegistry[] {
  return registries.map((registry) => ({ registry, owner: owner.name }));
}

/** Whose doing it is that files of an extension are imported: its own, or, if it serves already, a new registry's. */
function collectorOf(
  { name, collected }: Generation,
  registries: readonly DeclaredRegistry[],
  { generations }: Staging,
): string | undefined {
  if (generations.has(name)) return name;
  return registries.findLast(({ owner, registry }) => generations.has(owner) && !collected.has(registry.name))
    ?.owner;
}

function registriesOf(kernel: KernelPart, generations: Generations): readonly DeclaredRegistry[] {
  return [
    ...declaredByKernel(kernel),
    ...[...generations.values()].flatMap((generation) => generation.registries),
  ];
}

function activeOf(kernel: KernelPart, generations: Generations): Active<ServingOwner> {
  const all = [...generations.values()];
  const registries = registriesOf(kernel, generations);
  const contributions = new Map(
    registries.map(({ registry }) => [
      registry.name,
      [
        ...(kernel.contributions.get(registry.name) ?? []).map((value) => ({
          owner: kernel.owner,
          source: 'kernel',
          value,
        })),
        ...all.flatMap((generation) => generation.contributionsTo(registry)),
      ],
    ]),
  );
  return { owners: generations, registries, contributions };
}

function compiles(active: Active<ServingOwner>, previous: Snapshot<ServingOwner> | undefined): boolean {
  try {
    compileSnapshot(active, previous);
    return true;
  } catch {
    return false;
  }
}
