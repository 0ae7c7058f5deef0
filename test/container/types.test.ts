import { expect } from 'chai';
import { Container } from '../../kernel/container/index.ts';
import { Part } from './parts.ts';

class Wrong {
  readonly size = 1;
}

describe('types of services', () => {
  it('come from the declared services', () => {
    const container = new Container({ owner: 'blog' }).value('alpha', new Part('a')).value('undeclared', 1);
    const alpha: Part = container.services.alpha;
    const resolved: Part = container.resolve('alpha');
    const undeclared: unknown = container.resolve('undeclared');
    expect([alpha, undeclared]).to.deep.equal([resolved, 1]);
  });

  it('refuse what is not of the declared type', () => {
    const container = new Container({ owner: 'blog' });
    // @ts-expect-error a class that makes something else
    container.singleton('alpha', Wrong);
    // @ts-expect-error a function that makes something else
    container.scoped('beta', () => 1);
    // @ts-expect-error an instance of something else
    container.override('alpha', new Wrong());
    // @ts-expect-error a service that nobody declares
    expect(() => container.services.undeclared).to.throw('nobody registers');
  });
});
