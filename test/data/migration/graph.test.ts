import { expect } from 'chai';
import { buildGraph } from '../../../kernel/data/migration/graph/graph.ts';
import type { MigrationHeader } from '../../../kernel/data/migration/graph/header.ts';
import { parseKey } from '../../../kernel/data/migration/graph/key.ts';
import type { MigrationNode } from '../../../kernel/data/migration/graph/node.ts';

function node(key: string, header: Partial<MigrationHeader> = {}): MigrationNode {
  const { extension = '', number = 0 } = parseKey(key) ?? {};
  const none = { dependsOn: [], runBefore: [], replaces: [], creates: [], needs: [], database: 'default' };
  return { key, extension, number, file: `${key}.ts`, header: { ...none, ...header } };
}

function graph(nodes: readonly MigrationNode[], applied: readonly string[] = []) {
  const { order, faults, standIns } = buildGraph(nodes, new Set(applied));
  return {
    order: order.map(({ key }) => key),
    faults: faults.map(({ error }) => error.message),
    extensions: faults.map(({ extensions }) => extensions),
    standIns: [...standIns],
  };
}

describe('The graph of migrations', () => {
  it('goes by number within an extension, gaps or not', () => {
    expect(graph([node('a/0010_z'), node('a/0002_b'), node('a/0001_c')]).order).to.deep.equal([
      'a/0001_c',
      'a/0002_b',
      'a/0010_z',
    ]);
  });

  it('goes by what migrations say of others, and by the tables they need', () => {
    const { order, faults } = graph([
      node('a/0001_a', { needs: ['c_things'] }),
      node('b/0001_b', { runBefore: ['a/0001_a'], dependsOn: ['c/0002_more'] }),
      node('c/0001_c', { creates: ['c_things'] }),
      node('c/0002_more'),
    ]);
    expect(faults).to.deep.equal([]);
    expect(order).to.deep.equal(['c/0001_c', 'c/0002_more', 'b/0001_b', 'a/0001_a']);
  });

  it('finds all faults at once, each with the way to mend it', () => {
    const { faults, extensions } = graph([
      node('a/0001_a'),
      node('a/0002_b'),
      node('a/0002_c'),
      node('b/0001_b', { dependsOn: ['a/0001_aa'] }),
      node('c/0001_c', { dependsOn: ['d/0001_d'] }),
      node('d/0001_d', { dependsOn: ['c/0001_c'] }),
    ]);
    expect(faults).to.have.length(3);
    expect(faults[0]).to.match(
      /"b\/0001_b" names "a\/0001_aa", which is not there.*Did you mean "a\/0001_a"\?/,
    );
    expect(faults[1]).to.match(/same number.*a\/0002_b\.ts and a\/0002_c\.ts.*begins with "0003_"/);
    expect(faults[2]).to.include('c/0001_c → d/0001_d → c/0001_c');
    expect(extensions).to.deep.equal([['b'], ['a'], ['c', 'd']]);
  });

  it('does not miss what was applied and is not there any more', () => {
    const { faults } = graph([node('b/0001_b', { dependsOn: ['gone/0001_a'] })], ['gone/0001_a']);
    expect(faults).to.deep.equal([]);
  });

  it('finds what comes too late', () => {
    const { faults } = graph(
      [node('a/0001_a'), node('a/0002_b'), node('a/0003_c')],
      ['a/0001_a', 'a/0003_c'],
    );
    expect(faults).to.have.length(1);
    expect(faults[0]).to.match(/"a\/0002_b" must come before "a\/0003_c", which was applied already/);
  });

  const old = [node('a/0001_a'), node('a/0002_b')];
  const squashed = node('a/0002_squashed', { replaces: ['a/0001_a', 'a/0002_b'] });
  const user = node('b/0001_b', { dependsOn: ['a/0002_b'] });

  it('takes a migration for those it replaces where none was applied', () => {
    expect(graph([...old, squashed, user])).to.deep.equal({
      order: ['a/0002_squashed', 'b/0001_b'],
      faults: [],
      extensions: [],
      standIns: [],
    });
  });

  it('takes it for applied where all were', () => {
    expect(graph([squashed, user], ['a/0001_a', 'a/0002_b']).standIns).to.deep.equal(['a/0002_squashed']);
  });

  it('goes on with those it replaces where only some were, as long as they are there', () => {
    expect(graph([...old, squashed, user], ['a/0001_a']).order).to.deep.equal([
      'a/0001_a',
      'a/0002_b',
      'b/0001_b',
    ]);
    const { faults } = graph([squashed], ['a/0001_a']);
    expect(faults[0]).to.match(/were not and whose files are gone \(a\/0002_b\)/);
  });

  it('orders thousands in no time', () => {
    const nodes = Array.from({ length: 5000 }, (_, index) =>
      node(`e${index % 100}/${String(Math.floor(index / 100) + 1).padStart(4, '0')}_m`, {
        creates: [`t${index}`],
        needs: index > 100 ? [`t${index - 99}`] : [],
      }),
    );
    const started = performance.now();
    expect(graph(nodes).order).to.have.length(5000);
    expect(performance.now() - started).to.be.lessThan(500);
  });
});
