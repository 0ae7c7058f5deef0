import type { Catalog } from './catalog.ts';
import type { Plan } from './plan.ts';
import type { Loadable } from './stage.ts';

/** What one part of a plan loads, dependencies before dependents. Counts as an attempt to load each. */
export function loadablesOf(
  part: ReadonlySet<string>,
  plan: Plan,
  catalog: Catalog,
): ReadonlyMap<string, Loadable> {
  const loadables = new Map<string, Loadable>();
  for (const name of plan.order) {
    if (!part.has(name)) continue;
    const record = catalog.known(name);
    const { candidate, active, hash } = record;
    // After a refused edit, a new generation (for a dependency's sake) goes by the manifest that still counts.
    const manifest = plan.refused.has(name) ? active?.manifest : (candidate.manifest ?? active?.manifest);
    if (!manifest) continue;
    record.loads += 1;
    loadables.set(name, { manifest, folder: candidate.folder, hash, number: record.loads });
  }
  return loadables;
}
