import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { testKernel, until } from 'backplane/testing';
import { expect } from 'chai';

const from = import.meta.url;

setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');

describe('Unloading metrics', () => {
  it('releases every effect, and answers 404 from then on', async () => {
    await using kernel = await testKernel({ from, extensions: ['..'] });
    expect(kernel.extensions.status('metrics').effects.map(({ name }) => name)).to.deep.equal([
      'monitor of the event loop',
      'observer of garbage collections',
    ]);
    await kernel.extensions.disable('metrics');
    await kernel.extensions.idle();
    expect(kernel.extensions.status('metrics').effects).to.deep.equal([]);
    expect((await kernel.inject('GET', '/metrics')).status).to.equal(404);
    await kernel.extensions.enable('metrics');
    expect((await kernel.inject('GET', '/metrics')).status).to.equal(200);
  });

  it('leaves nothing that holds an old generation: no observer, no monitor, no global registry', async () => {
    await using kernel = await testKernel({ from, extensions: ['..'] });
    const old = new WeakRef(kernel.service('metrics'));
    await kernel.inject('GET', '/metrics');
    await kernel.extensions.reload('metrics');
    await kernel.extensions.idle();
    expect(kernel.service('metrics')).not.to.equal(old.deref());
    await until(() => {
      if (typeof collectGarbage === 'function') collectGarbage();
      return old.deref() === undefined;
    });
  });

  it('serves on while it is reloaded, and begins to count anew', async () => {
    await using kernel = await testKernel({ from, extensions: ['..'] });
    const answers: Promise<{ status: number }>[] = [];
    for (let round = 0; round < 5; round += 1) {
      answers.push(...Array.from({ length: 10 }, () => kernel.inject('GET', '/metrics')));
      await kernel.extensions.reload('metrics');
    }
    for (const { status } of await Promise.all(answers)) expect(status).to.equal(200);
    const { body } = await kernel.inject('GET', '/metrics');
    const [, count = '0'] = /duration_seconds_count\{.*route="\/metrics".*\} (\d+)/.exec(body) ?? [];
    expect(Number(count)).to.be.below(50);
  });

  it('runs in two kernels of one process side by side', async () => {
    await using one = await testKernel({ from, extensions: ['..'] });
    await using other = await testKernel({ from, extensions: ['..'] });
    await one.inject('GET', '/health/live');
    const live = async (kernel: typeof one): Promise<boolean> =>
      (await kernel.inject('GET', '/metrics')).body.includes('route="/health/live"');
    await until(() => live(one));
    expect(await live(other)).to.equal(false);
  });
});
