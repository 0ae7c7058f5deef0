import { expect } from 'chai';
import {
  type GraphNode,
  resolveGraph,
  visitInParallel,
  withDependents,
} from '../../kernel/extension/graph.ts';
import { createSatisfies } from '../../kernel/extension/manifest.ts';

const node = (
  name: string,
  requires: Record<string, string> = {},
  optional: Record<string, string> = {},
  version = '1.0.0',
): GraphNode => ({
  name,
  version,
  requires: [
    ...Object.entries(requires).map(([dependency, range]) => ({ name: dependency, range })),
    ...Object.entries(optional).map(([dependency, range]) => ({ name: dependency, range, optional: true })),
  ],
});
const resolve = (...nodes: GraphNode[]) => resolveGraph(nodes, createSatisfies());

describe('dependency graph', () => {
  it('puts dependencies before dependents and keeps the given order otherwise', () => {
    const { order, blocked } = resolve(node('a', { c: '*' }), node('b'), node('c'), node('d'));
    expect(order).to.deep.equal(['b', 'c', 'd', 'a']);
    expect(blocked.size).to.equal(0);
  });

  it('reports every missing dependency and range conflict at once, with who asked', () => {
    const { order, blocked } = resolve(
      node('a', { x: '^1.0.0', y: '*', b: '^2.0.0' }),
      node('b'),
      node('c', { a: '*' }),
    );
    expect(order).to.deep.equal(['b']);
    expect(blocked.get('a')).to.deep.equal([
      { kind: 'missing', dependency: 'x', range: '^1.0.0' },
      { kind: 'missing', dependency: 'y', range: '*' },
      { kind: 'range', dependency: 'b', range: '^2.0.0', version: '1.0.0' },
    ]);
    expect(blocked.get('c')).to.deep.equal([{ kind: 'blocked', dependency: 'a' }]);
  });

  it('shows a cycle as a path, and what stands behind it as blocked', () => {
    const { order, blocked } = resolve(
      node('a', { b: '*' }),
      node('b', { c: '*' }),
      node('c', { a: '*' }),
      node('d', { a: '*' }),
      node('e'),
    );
    expect(order).to.deep.equal(['e']);
    expect(blocked.get('b')).to.deep.equal([{ kind: 'cycle', path: ['a', 'b', 'c', 'a'] }]);
    expect(blocked.get('d')).to.deep.equal([{ kind: 'blocked', dependency: 'a' }]);
  });

  it('finds two separate cycles in one pass', () => {
    const { blocked } = resolve(
      node('a', { b: '*' }),
      node('b', { a: '*' }),
      node('c', { d: '*' }),
      node('d', { c: '*' }),
    );
    expect(blocked.get('a')).to.deep.equal([{ kind: 'cycle', path: ['a', 'b', 'a'] }]);
    expect(blocked.get('d')).to.deep.equal([{ kind: 'cycle', path: ['c', 'd', 'c'] }]);
  });

  it('a node that requires itself is a cycle of one', () => {
    expect(resolve(node('a', { a: '*' })).blocked.get('a')).to.deep.equal([
      { kind: 'cycle', path: ['a', 'a'] },
    ]);
  });

  it('orders after an optional dependency that is there, and does without one that is absent or blocked', () => {
    const { order } = resolve(
      node('a', {}, { b: '*', absent: '*', broken: '*' }),
      node('b'),
      node('broken', { nothing: '*' }),
    );
    expect(order).to.deep.equal(['b', 'a']);
  });

  it('a chain of ten thousand does not exhaust the stack', () => {
    const chain = Array.from({ length: 10_000 }, (_, i) =>
      node(`n${i}`, i === 0 ? {} : { [`n${i - 1}`]: '^1.0.0' }),
    );
    expect(resolve(...chain.toReversed()).order).to.deep.equal(chain.map(({ name }) => name));
  });

  it('finds transitive dependents', () => {
    const nodes = [node('a'), node('b', { a: '*' }), node('c', {}, { b: '*' }), node('d')];
    expect([...withDependents(nodes, ['a'])]).to.deep.equal(['a', 'b', 'c']);
  });

  it('visits independent nodes in parallel and each only after its requirements', async () => {
    const log: string[] = [];
    const gates = new Map<string, () => void>();
    const requires: Record<string, string[]> = { a: [], b: [], c: ['a', 'b'] };
    const done = visitInParallel(
      ['a', 'b', 'c'],
      (name) => requires[name] ?? [],
      (name) => {
        log.push(`start ${name}`);
        return new Promise((resolve) =>
          gates.set(name, () => {
            log.push(`end ${name}`);
            resolve();
          }),
        );
      },
    );
    expect(log).to.deep.equal(['start a', 'start b']);
    gates.get('b')?.();
    gates.get('a')?.();
    await new Promise(setImmediate);
    gates.get('c')?.();
    await done;
    expect(log).to.deep.equal(['start a', 'start b', 'end b', 'end a', 'start c', 'end c']);
  });
});
