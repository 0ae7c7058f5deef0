import { BackplaneError, didYouMean } from '../../../errors.ts';
import { numberText, parseKey } from './key.ts';
import type { GraphFault, MigrationNode } from './node.ts';
import { withoutReplaced } from './replace.ts';

export interface MigrationGraph {
  /** Every migration that counts, each after those it needs. */
  readonly order: readonly MigrationNode[];
  /** Keys of those that must come right before, by key. */
  readonly requires: ReadonlyMap<string, ReadonlySet<string>>;
  readonly faults: readonly GraphFault[];
  /** Migrations that stand for others all of which were applied: applied themselves, by key. */
  readonly standIns: ReadonlySet<string>;
}

/**
 * The order of the migrations of all extensions. Pure; all faults are found in one pass.
 *
 * @param nodes in the order that is kept where nothing else decides
 * @param applied keys of those that were applied, also of ones that are not there any more
 */
export function buildGraph(nodes: readonly MigrationNode[], applied: ReadonlySet<string>): MigrationGraph {
  const { active, nameOf, standIns, faults: replaceFaults } = withoutReplaced(nodes, applied);
  const faults: GraphFault[] = [...replaceFaults];
  const requires = new Map(active.map(({ key }) => [key, new Set<string>()]));
  const gone = (key: string): boolean => applied.has(key) && !requires.has(key);

  const add = (node: MigrationNode, other: string, isBefore: boolean): void => {
    const found = nameOf(other);
    if (requires.has(found)) {
      const [first, then] = isBefore ? [node.key, found] : [found, node.key];
      if (first !== then) requires.get(then)?.add(first);
    } else if (!gone(found)) {
      const suggestion = didYouMean(other, requires.keys());
      const { key, file } = node;
      const error = new BackplaneError('MIGRATION_UNKNOWN', { key, file, needed: other, suggestion });
      faults.push({ extensions: [node.extension], error });
    }
  };
  for (const node of active) {
    for (const other of node.header.dependsOn) add(node, other, false);
    for (const other of node.header.runBefore) add(node, other, true);
  }
  faults.push(...chain(active, requires));
  faults.push(...outOfOrder(active, requires, applied, standIns));
  impliedByTables(active, requires);
  const { order, cycles } = sort(active, requires);
  return { order, requires, faults: [...faults, ...cycles], standIns };
}

/** Within an extension each follows the one with the number before. */
function chain(
  active: readonly MigrationNode[],
  requires: ReadonlyMap<string, Set<string>>,
): readonly GraphFault[] {
  const faults: GraphFault[] = [];
  for (const [extension, own] of Map.groupBy(active, (node) => node.extension)) {
    const sorted = own.toSorted((a, b) => a.number - b.number || (a.key < b.key ? -1 : 1));
    sorted.forEach((node, index) => {
      const previous = sorted[index - 1];
      if (previous === undefined) return;
      requires.get(node.key)?.add(previous.key);
      if (previous.number !== node.number) return;
      const free = numberText((sorted.at(-1)?.number ?? 0) + 1);
      const files: readonly [string, string] = [previous.file, node.file];
      faults.push({
        extensions: [extension],
        error: new BackplaneError('MIGRATION_CONFLICT', { extension, files, free }),
      });
    });
  }
  return faults;
}

/** One that was applied, though one that must come before it is still pending. */
function outOfOrder(
  active: readonly MigrationNode[],
  requires: MigrationGraph['requires'],
  applied: ReadonlySet<string>,
  standIns: ReadonlySet<string>,
): readonly GraphFault[] {
  const byKey = new Map(active.map((node) => [node.key, node]));
  const isDone = (key: string): boolean => applied.has(key) || standIns.has(key);
  const faults = new Map<string, GraphFault>();
  for (const [key, others] of requires) {
    if (!isDone(key)) continue;
    for (const other of others) {
      const late = byKey.get(other);
      if (late === undefined || isDone(other) || faults.has(other)) continue;
      const error = new BackplaneError('MIGRATION_LATE', { key: other, file: late.file, applied: key });
      faults.set(other, { extensions: [late.extension], error });
    }
  }
  return [...faults.values()];
}

/** A table must be there before another extension changes it or refers to it. */
function impliedByTables(active: readonly MigrationNode[], requires: ReadonlyMap<string, Set<string>>): void {
  const creators = new Map<string, MigrationNode>();
  for (const node of active) {
    for (const table of node.header.creates) {
      const name = `${node.header.database}:${table}`;
      if (!creators.has(name)) creators.set(name, node);
    }
  }
  for (const node of active) {
    for (const table of node.header.needs) {
      const creator = creators.get(`${node.header.database}:${table}`);
      if (creator && creator.extension !== node.extension) requires.get(node.key)?.add(creator.key);
    }
  }
}

/** Depth first, what is required before who requires it; a circle is told with its path and left out. */
function sort(
  active: readonly MigrationNode[],
  requires: ReadonlyMap<string, ReadonlySet<string>>,
): { readonly order: readonly MigrationNode[]; readonly cycles: readonly GraphFault[] } {
  const byKey = new Map(active.map((node) => [node.key, node]));
  const order: MigrationNode[] = [];
  const cycles: GraphFault[] = [];
  const path: string[] = [];
  const state = new Map<string, 'open' | 'done'>();

  const visit = (node: MigrationNode): void => {
    if (state.get(node.key) === 'done') return;
    if (state.get(node.key) === 'open') {
      const circle = [...path.slice(path.indexOf(node.key)), node.key];
      const extensions = [...new Set(circle.map((key) => parseKey(key)?.extension ?? key))];
      cycles.push({ extensions, error: new BackplaneError('MIGRATION_CYCLE', { path: circle }) });
      return;
    }
    state.set(node.key, 'open');
    path.push(node.key);
    for (const key of requires.get(node.key) ?? []) {
      const required = byKey.get(key);
      if (required) visit(required);
    }
    path.pop();
    state.set(node.key, 'done');
    order.push(node);
  };
  for (const node of active) visit(node);
  return { order, cycles };
}

/** These and all that they require, directly or not. */
export function withRequired(keys: Iterable<string>, requires: MigrationGraph['requires']): Set<string> {
  const reached = new Set(keys);
  // A set visits what is added while it is read.
  for (const key of reached) for (const other of requires.get(key) ?? []) reached.add(other);
  return reached;
}

/** These and all that require them, directly or not. */
export function withDependents(keys: Iterable<string>, requires: MigrationGraph['requires']): Set<string> {
  const dependents = new Map<string, string[]>();
  for (const [key, others] of requires) {
    for (const other of others) dependents.set(other, [...(dependents.get(other) ?? []), key]);
  }
  const reached = new Set(keys);
  for (const key of reached) for (const other of dependents.get(key) ?? []) reached.add(other);
  return reached;
}
