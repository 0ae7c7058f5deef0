import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { Container, RequestScope } from '../../kernel/container/index.ts';
import { Part } from './parts.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

describe('a disposed generation', () => {
  it('is collected while what it depended on lives on', async () => {
    const email = new Container({ owner: 'email' })
      .singleton('alpha', () => new Part('a'))
      .scoped('beta', () => new Part('b'));
    const generations: WeakRef<Container>[] = [];
    for (let generation = 1; generation <= 5; generation++) generations.push(await useOnce(email));
    // A WeakRef holds its target until the current job ends.
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    expect(generations.filter((generation) => generation.deref() !== undefined)).to.deep.equal([]);
    expect(email.services.alpha.label).to.equal('a');
  });
});

async function useOnce(email: Container): Promise<WeakRef<Container>> {
  const blog = new Container({ owner: 'blog', dependencies: [email] })
    .singleton('gamma', ({ alpha }) => new Part('c', alpha), { dispose: () => undefined })
    .scoped('delta', ({ beta, gamma }) => new Part('d', beta, gamma));
  const scope = new RequestScope('1');
  expect(scope.of(blog).delta.on).to.have.length(2);
  {
    using _ = blog.override('alpha', new Part('fake'));
    expect(blog.services.gamma.on[0]?.label).to.equal('fake');
  }
  await scope.dispose();
  await blog.dispose();
  return new WeakRef(blog);
}
