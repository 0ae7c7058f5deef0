import { type BlockCause, type GraphNode, resolveGraph, withDependents } from './graph.ts';

/** One extension as the planner sees it. */
export interface Planned {
  readonly node: GraphNode;
  /** Content hash of its folder. */
  readonly hash: string;
}

export interface PlanInput {
  /** What shall run. */
  readonly wanted: readonly Planned[];
  /** What serves now. */
  readonly active: ReadonlyMap<string, Planned>;
  /** Names to load anew even if nothing changed. */
  readonly force: ReadonlySet<string>;
  readonly satisfies: (version: string, range: string) => boolean;
}

export interface Plan {
  /** Everything that can run, dependencies before dependents. */
  readonly order: readonly string[];
  /** The part of `order` that needs a new generation: what is new or changed, and its transitive dependents. */
  readonly load: ReadonlySet<string>;
  /** What serves now and will not any more. */
  readonly drop: ReadonlySet<string>;
  readonly blocked: ReadonlyMap<string, readonly BlockCause[]>;
  /** Changes left out because they would take down something that serves, with what they would have caused. */
  readonly refused: ReadonlyMap<string, readonly BlockCause[]>;
}

/**
 * Decides what a transaction does. Pure.
 *
 * Taking a folder away or disabling it takes its dependents down: somebody asked for that. An edited manifest never
 * does: if it would block anything that serves, itself included, the edit is refused and the last good one counts.
 */
export function makePlan({ wanted, active, force, satisfies }: PlanInput): Plan {
  const next = resolveGraph(
    wanted.map(({ node }) => node),
    satisfies,
  );
  const refused = new Map<string, readonly BlockCause[]>();
  const broken = wanted.filter(({ node }) => active.has(node.name) && next.blocked.has(node.name));
  if (broken.length > 0) {
    const kept = wanted.map((one) => active.get(one.node.name) ?? one);
    const before = resolveGraph(
      kept.map(({ node }) => node),
      satisfies,
    );
    const avoidable = broken.filter(({ node }) => !before.blocked.has(node.name));
    if (avoidable.length > 0) {
      const causes = avoidable.flatMap(({ node }) => next.blocked.get(node.name) ?? []);
      for (const { node, hash } of wanted) {
        const serving = active.get(node.name);
        if (serving && serving.hash !== hash) refused.set(node.name, next.blocked.get(node.name) ?? causes);
      }
      return { ...planFor(kept, before, active, force), refused };
    }
  }
  return { ...planFor(wanted, next, active, force), refused };
}

function planFor(
  wanted: readonly Planned[],
  { order, blocked }: ReturnType<typeof resolveGraph>,
  active: ReadonlyMap<string, Planned>,
  force: ReadonlySet<string>,
): Omit<Plan, 'refused'> {
  const runnable = new Set(order);
  const drop = new Set([...active.keys()].filter((name) => !runnable.has(name)));
  const seeds = wanted
    .filter(
      ({ node, hash }) =>
        runnable.has(node.name) && (force.has(node.name) || active.get(node.name)?.hash !== hash),
    )
    .map(({ node }) => node.name);
  const affected = withDependents(
    wanted.map(({ node }) => node),
    [...seeds, ...drop],
  );
  return { order, load: new Set(order.filter((name) => affected.has(name))), drop, blocked };
}

/**
 * Splits what is to be loaded into parts that do not touch each other, so that one bad save does not hold up another
 * extension's good one.
 */
export function separate(
  load: ReadonlySet<string>,
  nodes: readonly GraphNode[],
): readonly ReadonlySet<string>[] {
  const neighbours = new Map<string, string[]>([...load].map((name) => [name, []]));
  for (const { name, requires } of nodes) {
    if (!load.has(name)) continue;
    for (const { name: dependency } of requires) {
      if (!load.has(dependency)) continue;
      neighbours.get(name)?.push(dependency);
      neighbours.get(dependency)?.push(name);
    }
  }
  const parts: ReadonlySet<string>[] = [];
  const placed = new Set<string>();
  for (const name of load) {
    if (placed.has(name)) continue;
    const part = new Set([name]);
    // A set visits what is added while it is read.
    for (const member of part) for (const neighbour of neighbours.get(member) ?? []) part.add(neighbour);
    for (const member of part) placed.add(member);
    parts.push(part);
  }
  return parts;
}
