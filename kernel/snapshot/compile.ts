import { BackplaneError, FaultList, messageOf, ownersOf, throwFaults } from '../errors.ts';
import type { Owner } from './contribution.ts';
import { type Active, type DeclaredRegistry, Snapshot } from './snapshot.ts';

/**
 * Compiles the active contributions into a snapshot. A view whose contributions and underlying views are those of
 * `previous` is taken over from there, so that a reload pays only for what it changed.
 *
 * @throws FaultList with every conflict of every registry; nothing is half-compiled
 */
export function compileSnapshot<By extends Owner>(active: Active<By>, previous?: Snapshot<By>): Snapshot<By> {
  const faults: Error[] = [];
  const views = new Map<string, unknown>();
  const kept = new Set<string>();
  const failed = new Set<string>();
  const snapshot = new Snapshot((previous?.number ?? 0) + 1, active, views);

  for (const declared of buildOrder(active.registries)) {
    const { registry, owner } = declared;
    if (previous && isUnchanged(declared, active, previous, kept)) {
      kept.add(registry.name);
      views.set(registry.name, previous.find(registry.name));
      continue;
    }
    // What builds on a view that failed could only say the same again.
    if (registry.dependsOn?.some((name) => failed.has(name))) {
      failed.add(registry.name);
      continue;
    }
    try {
      views.set(registry.name, registry.compile(active.contributions.get(registry.name) ?? [], snapshot));
    } catch (error) {
      failed.add(registry.name);
      faults.push(...asFaults(error, registry.name, owner));
    }
  }
  throwFaults(faults);
  return snapshot;
}

function isUnchanged<By extends Owner>(
  { registry }: DeclaredRegistry,
  active: Active<By>,
  previous: Snapshot<By>,
  kept: ReadonlySet<string>,
): boolean {
  const wasThere = previous.active.registries.some((declared) => declared.registry === registry);
  if (!wasThere || !(registry.dependsOn ?? []).every((name) => kept.has(name))) return false;
  const now = active.contributions.get(registry.name) ?? [];
  const before = previous.active.contributions.get(registry.name) ?? [];
  return (
    now.length === before.length &&
    now.every(
      (one, i) => one === before[i] || (one.value === before[i]?.value && one.owner === before[i]?.owner),
    )
  );
}

/** Registries so that each comes after those it builds on. What nobody declares is left to `Views.get` to report. */
function buildOrder(registries: readonly DeclaredRegistry[]): DeclaredRegistry[] {
  const byName = new Map<string, DeclaredRegistry>();
  for (const declared of registries) {
    const { name } = declared.registry;
    const other = byName.get(name);
    if (other) {
      throw new BackplaneError('CONTRIBUTION_CONFLICT', {
        what: `The registry "${name}"`,
        owners: [other.owner, declared.owner],
      });
    }
    byName.set(name, declared);
  }
  const ordered = new Set<DeclaredRegistry>();
  const visit = (declared: DeclaredRegistry, path: readonly DeclaredRegistry[]): void => {
    if (ordered.has(declared)) return;
    if (path.includes(declared)) {
      const circle = path.slice(path.indexOf(declared));
      throw new BackplaneError('REGISTRY_CYCLE', {
        path: [...circle, declared].map(({ registry }) => registry.name),
        owners: circle.map(({ owner }) => owner),
      });
    }
    for (const below of declared.registry.dependsOn ?? []) {
      const found = byName.get(below);
      if (found) visit(found, [...path, declared]);
    }
    ordered.add(declared);
  };
  for (const declared of registries) visit(declared, []);
  return [...ordered];
}

/** An error that does not say whom it is about is laid to whoever declares the registry. */
function asFaults(error: unknown, view: string, owner: string): readonly Error[] {
  if (error instanceof FaultList) return error.errors.flatMap((one) => asFaults(one, view, owner));
  if (error instanceof BackplaneError && ownersOf(error).length > 0) return [error];
  return [new BackplaneError('VIEW_FAILED', { view, owner, reason: messageOf(error) }, { cause: error })];
}
