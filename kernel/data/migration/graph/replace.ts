import { BackplaneError } from '../../../errors.ts';
import type { GraphFault, MigrationNode } from './node.ts';

interface Replacement {
  readonly active: readonly MigrationNode[];
  /** The key that stands for this one now. */
  nameOf(key: string): string;
  readonly standIns: ReadonlySet<string>;
  readonly faults: readonly GraphFault[];
}

/**
 * Of a migration that replaces others either it counts or they do: it, where none or all of them were applied; they, where
 * only some were, until the rest is.
 */
export function withoutReplaced(nodes: readonly MigrationNode[], applied: ReadonlySet<string>): Replacement {
  const there = new Set(nodes.map(({ key }) => key));
  const replacedBy = new Map<string, string>();
  const ignored = new Set<string>();
  const standIns = new Set<string>();
  const faults: GraphFault[] = [];
  for (const { key, extension, header, file } of nodes) {
    const { replaces } = header;
    if (replaces.length === 0) continue;
    const done = replaces.filter((one) => applied.has(one));
    if (applied.has(key) || done.length === 0 || done.length === replaces.length) {
      for (const one of replaces) replacedBy.set(one, key);
      if (!applied.has(key) && done.length > 0) standIns.add(key);
      continue;
    }
    ignored.add(key);
    const lost = replaces.filter((one) => !applied.has(one) && !there.has(one));
    if (lost.length > 0) {
      const error = new BackplaneError('MIGRATION_REPLACED_GONE', { key, file, applied: done, lost });
      faults.push({ extensions: [extension], error });
    }
  }
  return {
    active: nodes.filter(({ key }) => !replacedBy.has(key) && !ignored.has(key)),
    nameOf: (key) => lastOf(replacedBy, key),
    standIns,
    faults,
  };
}

/** Stand-ins may be replaced in their turn. */
function lastOf(replacedBy: ReadonlyMap<string, string>, key: string): string {
  const seen = new Set<string>();
  let last = key;
  while (!seen.has(last)) {
    seen.add(last);
    last = replacedBy.get(last) ?? last;
  }
  return last;
}
