import type { GraphInfo } from '../administration/index.ts';

/** One line of the tree: how it is drawn before the name, and the extension. */
export interface TreeLine {
  readonly branch: string;
  readonly name: string;
  /** `undefined` for a dependency that was not found. */
  readonly state: string | undefined;
  readonly optional: boolean;
  /** Its dependencies stand further up. */
  readonly repeated: boolean;
}

/**
 * The dependency graph as a tree: what nobody depends on stands at the left, dependencies below what needs them. Each
 * extension's dependencies are drawn once. Pure.
 */
export function drawTree(graph: readonly GraphInfo[]): readonly TreeLine[] {
  const byName = new Map(graph.map((node) => [node.name, node]));
  const needed = new Set(
    graph.flatMap(({ name, dependencies, optionalDependencies }) =>
      [...dependencies, ...optionalDependencies].filter((one) => one !== name),
    ),
  );
  const lines: TreeLine[] = [];
  const drawn = new Set<string>();
  const draw = (name: string, branch: string, indent: string, optional: boolean): void => {
    const node = byName.get(name);
    const below = node
      ? [
          ...node.dependencies.map((dependency) => ({ dependency, optional: false })),
          ...node.optionalDependencies.map((dependency) => ({ dependency, optional: true })),
        ]
      : [];
    const repeated = drawn.has(name) && below.length > 0;
    lines.push({ branch, name, state: node?.state, optional, repeated });
    if (repeated) return;
    drawn.add(name);
    for (const [i, one] of below.entries()) {
      const isLast = i === below.length - 1;
      draw(
        one.dependency,
        indent + (isLast ? '└─ ' : '├─ '),
        indent + (isLast ? '   ' : '│  '),
        one.optional,
      );
    }
  };
  // What is left after the roots stands in a circle, and is drawn from its first.
  for (const { name } of [...graph.filter((node) => !needed.has(node.name)), ...graph])
    if (!drawn.has(name)) draw(name, '', '', false);
  return lines;
}
