import { BackplaneError, didYouMean, throwFaults } from '../../errors.ts';
import type { KeyedSeed } from './define-seed.ts';

/**
 * Seeds with those first that others depend on, and otherwise by key. Pure.
 *
 * @throws FaultList or one of SEED_INVALID, SEED_UNKNOWN, SEED_CYCLE
 */
export function orderSeeds(seeds: readonly KeyedSeed[]): readonly KeyedSeed[] {
  const byKey = new Map<string, KeyedSeed>();
  const faults: BackplaneError[] = [];
  for (const one of seeds.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
    const { key } = one;
    if (!/^[a-z][a-z0-9-]*\/[a-z0-9][a-z0-9_-]*$/.test(key)) {
      const reason = 'its key must be "<extension>/<name>", both in kebab case';
      faults.push(new BackplaneError('SEED_INVALID', { seed: key, reason }));
    } else if (byKey.has(key)) {
      faults.push(new BackplaneError('SEED_INVALID', { seed: key, reason: 'it is there twice; rename one' }));
    }
    byKey.set(key, one);
  }
  const ordered = new Set<KeyedSeed>();
  const visit = (one: KeyedSeed, path: readonly string[]): void => {
    if (ordered.has(one)) return;
    const { key, seed } = one;
    if (path.includes(key)) {
      const cycle = [...path.slice(path.indexOf(key)), key];
      faults.push(new BackplaneError('SEED_CYCLE', { path: cycle }));
      return;
    }
    for (const needed of seed.dependsOn ?? []) {
      const found = byKey.get(needed);
      if (found) visit(found, [...path, key]);
      else {
        const suggestion = didYouMean(needed, byKey.keys());
        faults.push(new BackplaneError('SEED_UNKNOWN', { seed: key, needed, suggestion }));
      }
    }
    ordered.add(one);
  };
  for (const one of byKey.values()) visit(one, []);
  throwFaults(faults);
  return [...ordered];
}
