import { expect } from 'chai';
import { Container, currentScope, RequestScope, runInScope } from '../../kernel/container/index.ts';
import { Part } from './parts.ts';

describe('container lifetimes', () => {
  it('makes a singleton once, when it is first taken', () => {
    let made = 0;
    const container = new Container({ owner: 'blog' }).singleton('alpha', () => new Part(`${++made}`));
    expect(made).to.equal(0);
    expect(container.services.alpha).to.equal(container.resolve('alpha'));
    expect(made).to.equal(1);
  });

  it('makes a transient anew each time', () => {
    const container = new Container({ owner: 'blog' }).transient('alpha', () => new Part('t'));
    expect(container.services.alpha).not.to.equal(container.services.alpha);
  });

  it('gives out a value as it is', () => {
    const value = new Part('v');
    expect(new Container({ owner: 'blog' }).value('alpha', value).services.alpha).to.equal(value);
  });

  it('has one scoped instance per request', () => {
    const container = new Container({ owner: 'blog' }).scoped('alpha', () => new Part('s'));
    const one = new RequestScope('1');
    const two = new RequestScope('2');
    expect(one.of(container).alpha).to.equal(one.of(container).alpha);
    expect(one.of(container).alpha).not.to.equal(two.of(container).alpha);
  });

  it('builds classes and functions on other services', () => {
    class OnAlpha extends Part {
      constructor({ alpha }: { alpha: Part }) {
        super('class', alpha);
      }
    }
    const { services } = new Container({ owner: 'blog' })
      .singleton('alpha', () => new Part('a'))
      .singleton('beta', OnAlpha)
      .singleton('gamma', ({ alpha, beta }) => new Part('function', alpha, beta));
    expect(services.gamma.on).to.deep.equal([services.alpha, services.beta]);
    expect(services.beta.on).to.deep.equal([services.alpha]);
  });

  it('takes a scoped service from the request that is worked on, also after awaiting', async () => {
    const container = new Container({ owner: 'blog' })
      .scoped('alpha', () => new Part('s'))
      .singleton('beta', (services) => ({
        label: 'reads when used',
        get on() {
          return [services.alpha];
        },
      }));
    const labels = await Promise.all(
      ['1', '2'].map((id) => {
        const scope = new RequestScope(id);
        return runInScope(scope, async () => {
          await undefined;
          expect(container.services.beta.on[0]).to.equal(scope.of(container).alpha);
          return currentScope()?.id;
        });
      }),
    );
    expect(labels).to.deep.equal(['1', '2']);
    expect(currentScope()).to.equal(undefined);
  });

  it('lists its own services with their lifetimes', () => {
    const kernel = new Container({ owner: 'kernel' }).value('delta', new Part('d'));
    const blog = new Container({ owner: 'blog', dependencies: [kernel] })
      .singleton('alpha', () => new Part('a'))
      .scoped('beta', () => new Part('b'))
      .transient('gamma', () => new Part('c'));
    expect(blog.names()).to.deep.equal([
      { name: 'alpha', lifetime: 'singleton' },
      { name: 'beta', lifetime: 'scoped' },
      { name: 'gamma', lifetime: 'transient' },
    ]);
  });
});

describe('services object', () => {
  const { services } = new Container({ owner: 'blog' }).value('alpha', new Part('a'));

  it('may be awaited, printed and turned to a string', async () => {
    expect(await services).to.equal(services);
    expect(JSON.stringify(services)).to.equal('{}');
    expect(String(services)).to.equal('[object Object]');
  });

  it('tells what it has without making it', () => {
    expect('alpha' in services).to.equal(true);
    expect('beta' in services).to.equal(false);
  });

  it('cannot be written to', () => {
    expect(() => Object.assign(services, { alpha: 1 })).to.throw(TypeError);
    expect(() => Object.assign(services, { beta: 1 })).to.throw(TypeError);
  });
});
