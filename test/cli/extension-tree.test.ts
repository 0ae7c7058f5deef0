import { expect } from 'chai';
import { drawTree } from '../../kernel/cli/extension-tree.ts';

function node(
  name: string,
  dependencies: readonly string[] = [],
  optionalDependencies: readonly string[] = [],
) {
  return { name, state: 'active', dependencies, optionalDependencies };
}

function drawn(...graph: readonly ReturnType<typeof node>[]): readonly string[] {
  return drawTree(graph).map(
    ({ branch, name, state, optional, repeated }) =>
      `${branch}${name}${optional ? ' optional' : ''}${repeated ? ' repeated' : ''}${state === undefined ? ' missing' : ''}`,
  );
}

describe('the tree of extensions', () => {
  it('puts dependencies below what needs them', () => {
    const tree = drawn(
      node('blog', ['email', 'users']),
      node('email', ['queue']),
      node('queue'),
      node('users'),
    );
    expect(tree).to.deep.equal(['blog', '├─ email', '│  └─ queue', '└─ users']);
  });

  it('draws what several need once', () => {
    const tree = drawn(node('a', ['c']), node('b', ['c']), node('c', ['d']), node('d'));
    expect(tree).to.deep.equal(['a', '└─ c', '   └─ d', 'b', '└─ c repeated']);
  });

  it('marks what is optional and what was not found', () => {
    expect(drawn(node('a', ['gone'], ['b']), node('b'))).to.deep.equal([
      'a',
      '├─ gone missing',
      '└─ b optional',
    ]);
  });

  it('ends also where the dependencies are a circle', () => {
    expect(drawn(node('a', ['b']), node('b', ['a']))).to.deep.equal(['a', '└─ b', '   └─ a repeated']);
  });
});
