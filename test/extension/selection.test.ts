import { expect } from 'chai';
import { applySelection, parseSelection, type Selection } from '../../kernel/extension/selection.ts';

const discovered = [
  { name: 'auth', dependencies: [] },
  { name: 'blog', dependencies: ['auth'] },
  { name: 'comments', dependencies: ['blog'] },
  { name: 'payment', dependencies: [] },
];
const select = (text: string | undefined) => {
  const selection = parseSelection(text);
  if ('faults' in selection) throw new Error(selection.faults.join());
  const { wanted, unknown } = applySelection(selection satisfies Selection, discovered);
  return { wanted: [...wanted].sort(), unknown: [...unknown] };
};

describe('EXTENSIONS', () => {
  it('unset or *: all', () => {
    expect(select(undefined).wanted).to.have.length(4);
    expect(select('*').wanted).to.have.length(4);
  });

  it('empty: none', () => expect(select('').wanted).to.deep.equal([]));

  it('names: those and what they depend on', () => {
    expect(select('comments').wanted).to.deep.equal(['auth', 'blog', 'comments']);
    expect(select(' auth , payment ').wanted).to.deep.equal(['auth', 'payment']);
  });

  it('names with a minus: all but those', () => {
    expect(select('-payment,-comments').wanted).to.deep.equal(['auth', 'blog']);
  });

  it('an unknown name is told', () => {
    expect(select('blgo').unknown).to.deep.equal(['blgo']);
    expect(select('-paymnt').unknown).to.deep.equal(['paymnt']);
  });

  it('a mixture of both is refused', () => {
    expect(parseSelection('blog,-payment')).to.have.property('faults');
  });
});
