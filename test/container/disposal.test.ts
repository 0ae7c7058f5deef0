import { expect } from 'chai';
import { Container, RequestScope } from '../../kernel/container/index.ts';
import { Part } from './parts.ts';

const never = (): Promise<void> => new Promise(() => undefined);

/** A disposer that takes a while, and writes down when it begins and ends. */
function slowly(log: string[]): { dispose(part: Part): Promise<void> } {
  return {
    async dispose({ label }) {
      log.push(`${label} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${label} ends`);
    },
  };
}

describe('disposal of a container', () => {
  it('goes in reverse order of creation, one after another', async () => {
    const log: string[] = [];
    const container = new Container({ owner: 'blog' })
      .singleton('alpha', ({ beta }) => new Part('alpha', beta), slowly(log))
      .singleton('beta', () => new Part('beta'), slowly(log))
      .singleton('gamma', () => new Part('gamma'), slowly(log))
      .singleton('delta', () => new Part('never made'), slowly(log));
    expect([container.services.gamma, container.services.alpha]).to.have.length(2);
    expect(await container.dispose()).to.deep.equal([]);
    expect(log).to.deep.equal([
      'alpha begins',
      'alpha ends',
      'beta begins',
      'beta ends',
      'gamma begins',
      'gamma ends',
    ]);
  });

  it('collects failures and time-outs and goes on', async () => {
    const disposed: string[] = [];
    const container = new Container({ owner: 'blog', disposeTimeout: 5 })
      .singleton('alpha', () => new Part('a'), { dispose: ({ label }) => void disposed.push(label) })
      .singleton('beta', ({ alpha }) => new Part('b', alpha), { dispose: never })
      .singleton('gamma', ({ beta }) => new Part('c', beta), {
        dispose: () => {
          throw new Error('stuck');
        },
      })
      .singleton('delta', ({ gamma }) => new Part('d', gamma), {
        dispose: () => Promise.reject(new Error('refused')),
      });
    expect(container.services.delta.label).to.equal('d');
    const errors = await container.dispose();
    expect(errors.map((error) => Reflect.get(error, 'code'))).to.deep.equal([
      'SERVICE_DISPOSE_FAILED',
      'SERVICE_DISPOSE_FAILED',
      'SERVICE_DISPOSE_TIMEOUT',
    ]);
    expect(errors.map(({ message }) => message).join()).to.match(/refused.*stuck.*within 5 ms/);
    expect(errors[0]?.cause).to.have.property('message', 'refused');
    expect(disposed).to.deep.equal(['a']);
  });

  it('takes the time limit of a registration before its own', async () => {
    const container = new Container({ owner: 'blog', disposeTimeout: 60_000 }).singleton(
      'alpha',
      () => new Part('a'),
      { dispose: never, timeout: 1 },
    );
    expect(container.services.alpha.label).to.equal('a');
    const [error] = await container.dispose();
    expect(error?.message).to.include('within 1 ms');
  });

  it('releases what a failed construction had already made', async () => {
    const disposed: string[] = [];
    const container = new Container({ owner: 'blog' })
      .singleton('alpha', () => new Part('a'), { dispose: ({ label }) => void disposed.push(label) })
      .singleton('beta', ({ alpha }) => {
        throw new Error(`made ${alpha.label}, then failed`);
      });
    expect(() => container.services.beta).to.throw('then failed');
    await container.dispose();
    expect(disposed).to.deep.equal(['a']);
  });

  it('asked for by a factory, also releases what is being made', async () => {
    const disposed: string[] = [];
    const dispose = ({ label }: Part): void => void disposed.push(label);
    let ending: Promise<unknown> | undefined;
    const container: Container = new Container({ owner: 'blog' })
      .singleton('alpha', () => new Part('a'), { dispose })
      .singleton(
        'beta',
        ({ alpha }) => {
          ending = container.dispose();
          return new Part('b', alpha);
        },
        { dispose },
      );
    expect(container.services.beta.label).to.equal('b');
    await ending;
    expect(disposed).to.deep.equal(['b', 'a']);
  });

  it('releases each instance once, however often it is asked for', async () => {
    let disposed = 0;
    const container = new Container({ owner: 'blog' }).singleton('alpha', () => new Part('a'), {
      dispose: () => void disposed++,
    });
    expect(container.services.alpha.label).to.equal('a');
    await Promise.all([container.dispose(), container.dispose()]);
    await container.dispose();
    expect(disposed).to.equal(1);
  });

  it('lets a disposer use what its service was built on', async () => {
    let used: string | undefined;
    const container: Container = new Container({ owner: 'blog' })
      .singleton('alpha', () => new Part('a'))
      .singleton('beta', ({ alpha }) => new Part('b', alpha), {
        dispose: () => {
          used = container.services.alpha.label;
        },
      });
    expect(container.services.beta.label).to.equal('b');
    await container.dispose();
    expect(used).to.equal('a');
  });
});

describe('disposal of a request scope', () => {
  it('releases its instances of all containers in reverse order of creation, and no singleton', async () => {
    const log: string[] = [];
    const email = new Container({ owner: 'email' })
      .scoped('alpha', () => new Part('alpha'), slowly(log))
      .singleton('delta', () => new Part('delta'), slowly(log));
    const blog = new Container({ owner: 'blog', dependencies: [email] })
      .scoped('beta', ({ alpha, delta }) => new Part('beta', alpha, delta), slowly(log))
      .transient('gamma', () => new Part('gamma'), slowly(log));
    const scope = new RequestScope('1');
    const { beta, gamma } = scope.of(blog);
    expect([beta.label, gamma.label]).to.deep.equal(['beta', 'gamma']);
    expect(await scope.dispose()).to.deep.equal([]);
    expect(log.filter((line) => line.endsWith('begins'))).to.deep.equal([
      'gamma begins',
      'beta begins',
      'alpha begins',
    ]);
  });

  it('is touched only by what must be released', () => {
    const container = new Container({ owner: 'blog' })
      .scoped('alpha', () => new Part('a'))
      .scoped('beta', () => new Part('b'), { dispose: () => undefined });
    const scope = new RequestScope('1');
    expect(scope.touched).to.equal(false);
    expect(scope.of(container).alpha.label).to.equal('a');
    expect(scope.touched).to.equal(false);
    expect(scope.of(container).beta.label).to.equal('b');
    expect(scope.touched).to.equal(true);
  });

  it('asked for by a factory, also releases what is being made', async () => {
    let disposed = 0;
    let ending: Promise<unknown> | undefined;
    const scope = new RequestScope('1');
    const container = new Container({ owner: 'blog' }).scoped(
      'alpha',
      () => {
        ending = scope.dispose();
        return new Part('a');
      },
      { dispose: () => void disposed++ },
    );
    expect(scope.of(container).alpha.label).to.equal('a');
    await ending;
    expect(disposed).to.equal(1);
  });

  it('collects failures', async () => {
    const container = new Container({ owner: 'blog' }).scoped('alpha', () => new Part('a'), {
      dispose: () => Promise.reject(new Error('refused')),
    });
    const scope = new RequestScope('1');
    expect(scope.of(container).alpha.label).to.equal('a');
    const [error] = await scope.dispose();
    expect(error).to.include({ code: 'SERVICE_DISPOSE_FAILED' });
  });
});
