/**
 * A dependency graph: pure, and without knowledge of what its nodes stand for. Every fault is found in one pass,
 * each with who asked for what.
 */

/** One edge: `name` must come first. */
export interface Requirement {
  readonly name: string;
  /** What is asked of it; `satisfies` reads it. */
  readonly range: string;
  /** Ordered after it when it is there; no fault when it is not. */
  readonly optional?: boolean;
}

export interface GraphNode {
  readonly name: string;
  readonly version: string;
  readonly requires: readonly Requirement[];
}

/** Why a node cannot be in the order. */
export type BlockCause =
  | {
      readonly kind: 'missing';
      readonly dependency: string;
      readonly range: string;
      /** ` Did you mean "…"?` or nothing, once somebody has looked for the nearest name. */
      readonly suggestion?: string;
    }
  | { readonly kind: 'range'; readonly dependency: string; readonly range: string; readonly version: string }
  /** Starts and ends with the same name: `a → b → a`. */
  | { readonly kind: 'cycle'; readonly path: readonly string[] }
  /** The dependency is there, but blocked itself. */
  | { readonly kind: 'blocked'; readonly dependency: string };

export interface Resolution {
  /** Every node that can be, dependencies before dependents. */
  readonly order: readonly string[];
  /** Every other node with all its causes. */
  readonly blocked: ReadonlyMap<string, readonly BlockCause[]>;
}

/**
 * Orders nodes by their requirements (Kahn's algorithm), names in the order given where the graph leaves a choice.
 *
 * @param nodes unique by name
 * @param satisfies does this version fit this range?
 */
export function resolveGraph(
  nodes: readonly GraphNode[],
  satisfies: (version: string, range: string) => boolean,
): Resolution {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const causes = new Map<string, BlockCause[]>();
  const dependents = new Map<string, string[]>();
  const waitsFor = new Map<string, number>();

  for (const { name, requires } of nodes) {
    let waiting = 0;
    for (const { name: dependency, range, optional = false } of requires) {
      const found = byName.get(dependency);
      if (!found) {
        if (!optional) append(causes, name, { kind: 'missing', dependency, range });
      } else if (!satisfies(found.version, range)) {
        append(causes, name, { kind: 'range', dependency, range, version: found.version });
      } else {
        waiting += 1;
        append(dependents, dependency, name);
      }
    }
    waitsFor.set(name, waiting);
  }

  const order: string[] = [];
  const ready = nodes.filter(({ name }) => waitsFor.get(name) === 0).map(({ name }) => name);
  // A list that grows while it is read is a queue without shifting.
  for (const name of ready) {
    const isBlocked = causes.has(name);
    if (!isBlocked) order.push(name);
    for (const dependent of dependents.get(name) ?? []) {
      const optional = byName.get(dependent)?.requires.find((one) => one.name === name)?.optional ?? false;
      if (isBlocked && !optional) append(causes, dependent, { kind: 'blocked', dependency: name });
      const left = (waitsFor.get(dependent) ?? 1) - 1;
      waitsFor.set(dependent, left);
      if (left === 0) ready.push(dependent);
    }
  }

  // What still waits stands on a cycle or behind one.
  const waiting = new Set(nodes.map(({ name }) => name).filter((name) => (waitsFor.get(name) ?? 0) > 0));
  const cycles = cyclesAmong(waiting, byName);
  for (const name of waiting) {
    const path = cycles.get(name);
    if (path) append(causes, name, { kind: 'cycle', path });
    for (const { name: dependency, optional = false } of byName.get(name)?.requires ?? []) {
      const isBehind = waiting.has(dependency) && (path === undefined || !path.includes(dependency));
      if (isBehind && !optional) append(causes, name, { kind: 'blocked', dependency });
    }
    // Behind a cycle by an optional requirement only: still not orderable, so it is said which.
    if (!causes.has(name)) {
      for (const { name: dependency } of byName.get(name)?.requires ?? []) {
        if (waiting.has(dependency)) append(causes, name, { kind: 'blocked', dependency });
      }
    }
  }
  return { order, blocked: causes };
}

/** A cycle for each node that stands on one: a walk along waiting requirements until a name comes again. */
function cyclesAmong(
  waiting: ReadonlySet<string>,
  byName: ReadonlyMap<string, GraphNode>,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const walked = new Set<string>();
  for (const start of waiting) {
    const path: string[] = [];
    const at = new Map<string, number>();
    let name: string | undefined = start;
    while (name !== undefined && !at.has(name) && !walked.has(name)) {
      at.set(name, path.length);
      path.push(name);
      name = byName.get(name)?.requires.find((one) => waiting.has(one.name))?.name;
    }
    const from = name === undefined ? undefined : at.get(name);
    if (name !== undefined && from !== undefined) {
      const cycle = [...path.slice(from), name];
      for (const member of cycle) found.set(member, cycle);
    }
    for (const member of path) walked.add(member);
  }
  return found;
}

/** The given names and everything that requires them, directly or not. */
export function withDependents(nodes: readonly GraphNode[], names: Iterable<string>): Set<string> {
  const dependents = new Map<string, string[]>();
  for (const { name, requires } of nodes) {
    for (const { name: dependency } of requires) append(dependents, dependency, name);
  }
  const reached = new Set(names);
  // A set visits what is added while it is read.
  for (const name of reached) for (const dependent of dependents.get(name) ?? []) reached.add(dependent);
  return reached;
}

/**
 * Visits nodes in parallel, each as soon as its own requirements have been visited.
 *
 * @param order names, dependencies before dependents
 * @param requiresOf names that must have been visited before; those outside `order` are not waited for
 * @param visit must not throw: a failure is a value for its dependents to look at
 */
export async function visitInParallel(
  order: readonly string[],
  requiresOf: (name: string) => readonly string[],
  visit: (name: string) => Promise<void>,
): Promise<void> {
  const visits = new Map<string, Promise<void>>();
  for (const name of order) {
    const before = requiresOf(name).flatMap((dependency) => visits.get(dependency) ?? []);
    visits.set(name, before.length === 0 ? visit(name) : Promise.all(before).then(() => visit(name)));
  }
  await Promise.all(visits.values());
}

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
