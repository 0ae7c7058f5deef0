import { expect } from 'chai';
import { createSatisfies } from '../../kernel/extension/manifest.ts';
import { makePlan, type Planned, separate } from '../../kernel/extension/plan.ts';

interface Sketch {
  readonly hash?: string;
  readonly version?: string;
  readonly needs?: Record<string, string>;
  readonly likes?: Record<string, string>;
}
const planned = (sketches: Record<string, Sketch>): Planned[] =>
  Object.entries(sketches).map(([name, { hash = '1', version = '1.0.0', needs = {}, likes = {} }]) => ({
    hash,
    node: {
      name,
      version,
      requires: [
        ...Object.entries(needs).map(([to, range]) => ({ name: to, range })),
        ...Object.entries(likes).map(([to, range]) => ({ name: to, range, optional: true })),
      ],
    },
  }));
const plan = (wanted: Record<string, Sketch>, active: Record<string, Sketch> = {}, force: string[] = []) => {
  const { order, load, drop, blocked, refused } = makePlan({
    wanted: planned(wanted),
    active: new Map(planned(active).map((one) => [one.node.name, one])),
    force: new Set(force),
    satisfies: createSatisfies(),
  });
  return {
    order,
    load: [...load],
    drop: [...drop],
    blocked: [...blocked.keys()],
    refused: [...refused.keys()],
  };
};

describe('plan of a transaction', () => {
  it('loads everything at the first boot', () => {
    expect(plan({ a: { needs: { b: '*' } }, b: {} })).to.deep.equal({
      order: ['b', 'a'],
      load: ['b', 'a'],
      drop: [],
      blocked: [],
      refused: [],
    });
  });

  it('does nothing when nothing changed', () => {
    expect(plan({ a: {}, b: {} }, { a: {}, b: {} }).load).to.deep.equal([]);
  });

  it('reloads what changed and its transitive dependents, nothing else', () => {
    const now = { a: {}, b: { needs: { a: '*' } }, c: { likes: { b: '*' } }, d: {} };
    expect(plan({ ...now, a: { hash: '2' } }, now).load).to.deep.equal(['a', 'b', 'c']);
  });

  it('reloads an extension when an optional dependency appears or disappears', () => {
    const without = { a: { likes: { b: '*' } } };
    expect(plan({ ...without, b: {} }, without).load).to.deep.equal(['b', 'a']);
    expect(plan(without, { ...without, b: {} })).to.deep.include({ load: ['a'], drop: ['b'] });
  });

  it('taking an extension away takes its dependents down', () => {
    const now = { a: {}, b: { needs: { a: '*' } } };
    expect(plan({ b: now.b }, now)).to.deep.equal({
      order: [],
      load: [],
      drop: ['a', 'b'],
      blocked: ['b'],
      refused: [],
    });
  });

  it('refuses an edited manifest that would block what serves', () => {
    const now = { a: {}, b: { needs: { a: '^1.0.0' } } };
    expect(plan({ ...now, a: { hash: '2', version: '2.0.0' } }, now)).to.deep.equal({
      order: ['a', 'b'],
      load: [],
      drop: [],
      blocked: [],
      refused: ['a'],
    });
    expect(plan({ ...now, b: { hash: '2', needs: { nobody: '*' } } }, now)).to.deep.include({
      load: [],
      drop: [],
      refused: ['b'],
    });
  });

  it('loads by force what did not change', () => {
    expect(plan({ a: {} }, { a: {} }, ['a']).load).to.deep.equal(['a']);
  });

  it('separates what does not touch each other', () => {
    const nodes = planned({ a: {}, b: { needs: { a: '*' } }, c: {}, d: { likes: { c: '*' } }, e: {} }).map(
      ({ node }) => node,
    );
    const parts = separate(new Set(['a', 'b', 'c', 'd', 'e']), nodes);
    expect(parts.map((part) => [...part])).to.deep.equal([['a', 'b'], ['c', 'd'], ['e']]);
  });
});
