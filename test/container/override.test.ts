import { expect } from 'chai';
import { Container, RequestScope } from '../../kernel/container/index.ts';
import { errorOf, Part } from './parts.ts';

class Real extends Part {
  constructor() {
    super('real');
  }
}
class Fake extends Part {
  constructor() {
    super('fake');
  }
}

describe('override', () => {
  it('replaces a cached singleton while it lasts, and brings the same instance back', () => {
    const container = new Container({ owner: 'blog' }).singleton('alpha', Real);
    const { services } = container;
    const before = services.alpha;
    {
      using _ = container.override('alpha', new Fake());
      expect(services.alpha.label).to.equal('fake');
    }
    expect(services.alpha).to.equal(before);
  });

  it('takes a value, a class or a factory, by name or by class', () => {
    const container = new Container({ owner: 'blog' }).value('beta', new Part('b')).singleton('alpha', Real);
    const fake = new Fake();
    for (const target of ['alpha', Real] as const) {
      for (const replacement of [
        fake,
        Fake,
        () => fake,
        ({ beta }: { beta: Part }) => new Part('fake', beta),
      ]) {
        const lasting =
          typeof target === 'string'
            ? container.override(target, replacement)
            : container.override(target, replacement);
        expect(container.services.alpha.label).to.equal('fake');
        expect(container.services.alpha).to.equal(container.services.alpha);
        lasting[Symbol.dispose]();
        expect(container.services.alpha.label).to.equal('real');
      }
    }
  });

  it('replaces scoped and transient services and values', () => {
    const container = new Container({ owner: 'blog' })
      .scoped('alpha', Real)
      .transient('beta', Real)
      .value('gamma', new Real())
      .value('now', () => 1);
    const labels = (): readonly string[] => {
      const { alpha, beta, gamma } = new RequestScope('1').of(container);
      return [alpha.label, beta.label, gamma.label];
    };
    {
      using _all = container.override(Real, Fake);
      using _gamma = container.override('gamma', Fake);
      using _now = container.override('now', () => 2);
      expect(labels()).to.deep.equal(['fake', 'fake', 'fake']);
      expect(container.resolve('now')).to.satisfy((now: () => number) => now() === 2);
    }
    expect(labels()).to.deep.equal(['real', 'real', 'real']);
    expect(container.resolve('now')).to.satisfy((now: () => number) => now() === 1);
  });

  it('reaches singletons of any container that were built on the service, and they come back', () => {
    const email = new Container({ owner: 'email' }).singleton('alpha', Real);
    const blog = new Container({ owner: 'blog', dependencies: [email] })
      .transient('beta', ({ alpha }) => new Part('b', alpha))
      .singleton('gamma', ({ beta }) => new Part('c', beta))
      .singleton('delta', () => new Part('untouched'));
    const { gamma, delta } = blog.services;
    {
      using _ = blog.override('alpha', Fake);
      expect(blog.services.gamma.on[0]?.on[0]?.label).to.equal('fake');
      expect(blog.services.delta).to.equal(delta);
      expect(email.services.alpha.label, 'also for its owner').to.equal('fake');
    }
    expect(blog.services.gamma).to.equal(gamma);
    expect(gamma.on[0]?.on[0]?.label).to.equal('real');
  });

  it('leaves no singleton behind that was built on the replacement', () => {
    const container = new Container({ owner: 'blog' })
      .singleton('alpha', Real)
      .singleton('beta', ({ alpha }) => new Part('b', alpha));
    {
      using _ = container.override('alpha', Fake);
      expect(container.services.beta.on[0]?.label).to.equal('fake');
    }
    expect(container.services.beta.on[0]?.label).to.equal('real');
  });

  it('nests, and ends in any order', () => {
    const container = new Container({ owner: 'blog' }).singleton('alpha', Real);
    const before = container.services.alpha;
    const first = container.override('alpha', new Part('first'));
    expect(container.services.alpha.label).to.equal('first');
    const second = container.override('alpha', new Part('second'));
    expect(container.services.alpha.label).to.equal('second');
    first[Symbol.dispose]();
    expect(container.services.alpha.label).to.equal('second');
    first[Symbol.dispose]();
    second[Symbol.dispose]();
    expect(container.services.alpha).to.equal(before);
  });

  it('lasts when nobody ends it', () => {
    const container = new Container({ owner: 'blog' }).singleton('alpha', Real);
    container.override('alpha', Fake);
    expect(container.services.alpha.label).to.equal('fake');
  });

  it('disposes what it made and what it put aside, but not a value', async () => {
    const disposed: string[] = [];
    const container = new Container({ owner: 'blog' }).singleton('alpha', Real, {
      dispose: ({ label }) => void disposed.push(label),
    });
    expect(container.services.alpha.label).to.equal('real');
    container.override('alpha', Fake);
    expect(container.services.alpha.label).to.equal('fake');
    container.override('alpha', new Part('mine'));
    expect(container.services.alpha.label).to.equal('mine');
    await container.dispose();
    expect(disposed).to.deep.equal(['fake', 'real']);
  });

  it('may end after its container', async () => {
    const container = new Container({ owner: 'blog' }).singleton('alpha', Real);
    expect(container.services.alpha.label).to.equal('real');
    const lasting = container.override('alpha', Fake);
    await container.dispose();
    lasting[Symbol.dispose]();
    expect(errorOf(() => container.services.alpha)).to.include({ code: 'SERVICE_ENDED' });
  });

  it('refuses a service or a class that nobody registers', () => {
    const container = new Container({ owner: 'blog' }).singleton('alpha', Real);
    expect(() => container.override('alpah', 1)).to.throw('Did you mean "alpha"?');
    expect(errorOf(() => container.override(Fake, new Fake()))).to.include({ code: 'SERVICE_CLASS_UNKNOWN' });
  });
});
