import { expect } from 'chai';
import { Container, RequestScope } from '../../kernel/container/index.ts';
import { Part } from './parts.ts';

describe('services of other containers', () => {
  it('takes the singletons of a dependency from there', () => {
    const email = new Container({ owner: 'email' }).singleton('alpha', () => new Part('a'));
    const blog = new Container({ owner: 'blog', dependencies: [email] });
    expect(blog.services.alpha).to.equal(email.services.alpha);
    expect(blog.has('alpha')).to.equal(true);
  });

  it('takes the scoped services of a dependency from the same request', () => {
    const email = new Container({ owner: 'email' })
      .scoped('alpha', () => new Part('a'))
      .transient('beta', ({ alpha }) => new Part('t', alpha));
    const blog = new Container({ owner: 'blog', dependencies: [email] }).scoped(
      'gamma',
      ({ alpha, beta }) => new Part('c', alpha, beta),
    );
    const scope = new RequestScope('1');
    const { gamma } = scope.of(blog);
    expect(gamma.on[0]).to.equal(scope.of(email).alpha);
    expect(gamma.on[1]?.on[0]).to.equal(scope.of(email).alpha);
  });

  it('sees what a dependency registers later', () => {
    const email = new Container({ owner: 'email' });
    const blog = new Container({ owner: 'blog', dependencies: [email] });
    expect(() => blog.services.alpha).to.throw();
    email.value('alpha', new Part('late'));
    expect(blog.services.alpha.label).to.equal('late');
  });

  it('does not see the dependencies of a dependency', () => {
    const base = new Container({ owner: 'base' }).value('alpha', new Part('a'));
    const email = new Container({ owner: 'email', dependencies: [base] });
    const blog = new Container({ owner: 'blog', dependencies: [email] });
    expect(blog.has('alpha')).to.equal(false);
  });

  it('lets a singleton go with its container, though others used it', async () => {
    const disposed: string[] = [];
    const email = new Container({ owner: 'email' }).singleton('alpha', () => new Part('a'), {
      dispose: () => void disposed.push('alpha'),
    });
    const blog = new Container({ owner: 'blog', dependencies: [email] }).singleton(
      'beta',
      ({ alpha }) => new Part('b', alpha),
      { dispose: () => void disposed.push('beta') },
    );
    expect(blog.services.beta.on).to.have.length(1);
    await blog.dispose();
    expect(disposed).to.deep.equal(['beta']);
    await email.dispose();
    expect(disposed).to.deep.equal(['beta', 'alpha']);
  });
});
