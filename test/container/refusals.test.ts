import { expect } from 'chai';
import { Container, RequestScope, runInScope } from '../../kernel/container/index.ts';
import { errorOf, Part } from './parts.ts';

describe('what a container refuses', () => {
  it('an unknown service, with the nearest name and who wanted it', () => {
    const container = new Container({ owner: 'blog' })
      .value('alpha', new Part('a'))
      .singleton('beta', (services) => new Part('b', Reflect.get(services, 'alhpa')));
    expect(errorOf(() => container.services.beta)).to.include({
      code: 'SERVICE_UNKNOWN',
      message: '"blog" takes the service "alhpa" for "beta", which nobody registers. Did you mean "alpha"?',
    });
    expect(() => container.resolve('something')).to.throw(/which nobody registers\.$/);
  });

  it('a service of an extension that the manifest does not declare', () => {
    const container = new Container({
      owner: 'blog',
      ownerOf: (name) => (name === 'alpha' ? 'email' : undefined),
    });
    expect(errorOf(() => container.services.alpha)).to.include({
      code: 'SERVICE_UNDECLARED',
      message:
        '"blog" takes the service "alpha", which belongs to the extension "email". ' +
        'Add "email" to "dependencies" in the manifest.json of "blog".',
    });
  });

  it('a name registered twice, also by a dependency', () => {
    const email = new Container({ owner: 'email' }).value('alpha', new Part('a'));
    const blog = new Container({ owner: 'blog', dependencies: [email] }).value('beta', new Part('b'));
    expect(errorOf(() => blog.value('beta', new Part('b')))).to.include({
      code: 'SERVICE_DUPLICATE',
      message: '"blog" registers the service "beta" twice. Rename one of them.',
    });
    expect(() => blog.value('alpha', new Part('a'))).to.throw(/by "email" and by "blog"/);
  });

  it('names that JavaScript looks for on any object', () => {
    const container = new Container({ owner: 'blog' });
    for (const name of ['', 'then', 'toJSON', 'constructor', '__proto__']) {
      expect(errorOf(() => container.value(name, 1))).to.include({ code: 'SERVICE_NAME_INVALID' });
    }
  });

  it('a cycle, with its path and without what led to it', () => {
    const { services } = new Container({ owner: 'blog' })
      .singleton('delta', ({ alpha }) => new Part('d', alpha))
      .singleton('alpha', ({ beta }) => new Part('a', beta))
      .transient('beta', ({ gamma }) => new Part('b', gamma))
      .singleton('gamma', ({ alpha }) => new Part('c', alpha));
    const error = errorOf(() => services.delta);
    expect(error).to.include({ code: 'SERVICE_CYCLE' });
    expect(error).to.have.property('message').that.includes(': alpha → beta → gamma → alpha. ');
    expect(
      errorOf(() => services.gamma),
      'it recovers',
    ).to.include({ code: 'SERVICE_CYCLE' });
  });

  it('a cycle of scoped services', () => {
    const container = new Container({ owner: 'blog' })
      .scoped('alpha', ({ beta }) => new Part('a', beta))
      .scoped('beta', ({ alpha }) => new Part('b', alpha));
    expect(() => new RequestScope('1').of(container).alpha).to.throw('alpha → beta → alpha');
  });

  it('a cycle across containers', () => {
    const email = new Container({ owner: 'email' }).singleton(
      'alpha',
      () => new Part('a', blog.services.beta),
    );
    const blog: Container = new Container({ owner: 'blog', dependencies: [email] }).singleton(
      'beta',
      ({ alpha }) => new Part('b', alpha),
    );
    expect(() => blog.services.beta).to.throw('beta (blog) → alpha (email) → beta (blog)');
  });

  it('a cycle also after a factory has caught another error', () => {
    const { services } = new Container({ owner: 'blog' })
      .singleton('gamma', () => {
        throw new Error('not today');
      })
      .singleton('alpha', (all) => {
        expect(() => all.gamma).to.throw('not today');
        return new Part('a', all.beta);
      })
      .singleton('beta', ({ alpha }) => new Part('b', alpha));
    expect(() => services.alpha).to.throw('alpha → beta → alpha');
  });

  it('a singleton that would hold on to a scoped service', () => {
    const email = new Container({ owner: 'email' }).scoped('alpha', () => new Part('a'));
    const blog = new Container({ owner: 'blog', dependencies: [email] })
      .transient('beta', ({ alpha }) => new Part('b', alpha))
      .singleton('gamma', ({ beta }) => new Part('c', beta));
    const scope = new RequestScope('1');
    expect(scope.of(blog).alpha.label, 'is cached').to.equal('a');
    for (const take of [() => blog.services.gamma, () => scope.of(blog).gamma]) {
      const error = errorOf(() => runInScope(scope, take));
      expect(error).to.include({ code: 'SERVICE_LEAK' });
      expect(error).to.have.property('message').that.includes('gamma (blog) → beta (blog) → alpha (email)');
    }
  });

  it('a scoped service outside of a request', () => {
    const container = new Container({ owner: 'blog' }).scoped('alpha', () => new Part('a'));
    expect(errorOf(() => container.services.alpha)).to.include({ code: 'SERVICE_OUTSIDE_SCOPE' });
  });

  it('a factory that returns nothing', () => {
    const container = new Container({ owner: 'blog' }).singleton('something', () => undefined);
    expect(errorOf(() => container.resolve('something'))).to.include({ code: 'SERVICE_NOTHING' });
  });

  it('to make a service after the request or the container has ended', async () => {
    const container = new Container({ owner: 'blog' })
      .scoped('alpha', () => new Part('a'))
      .singleton('beta', () => new Part('b'));
    const scope = new RequestScope('1');
    const services = scope.of(container);
    await scope.dispose();
    expect(errorOf(() => services.alpha)).to.include({ code: 'SERVICE_ENDED' });
    const untouched = new RequestScope('2');
    await untouched.dispose();
    expect(errorOf(() => untouched.of(container).alpha)).to.include({ code: 'SERVICE_ENDED' });

    expect(container.services.beta.label).to.equal('b');
    await container.dispose();
    expect(errorOf(() => container.services.beta)).to.include({ code: 'SERVICE_ENDED' });
    expect(errorOf(() => new RequestScope('3').of(container).alpha)).to.include({ code: 'SERVICE_ENDED' });
  });

  it('nothing else: what a factory throws arrives as it is, and the next attempt is made afresh', () => {
    let attempts = 0;
    const { services } = new Container({ owner: 'blog' }).singleton('alpha', () => {
      attempts += 1;
      if (attempts === 1) throw new RangeError('first');
      return new Part('a');
    });
    expect(() => services.alpha).to.throw(RangeError, 'first');
    expect(services.alpha.label).to.equal('a');
  });
});
