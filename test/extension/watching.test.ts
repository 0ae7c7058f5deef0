import { expect } from 'chai';
import { Application, index, small, until, versionRoute } from '../support/application.ts';

/** What the extension "slow" waits for in its boot. */
const gates = globalThis as { openSlow?: Promise<void> };
const slow = {
  ...small('slow', '1'),
  'extensions/slow/index.ts': index(
    `async boot({ log }) { log.info('slow has begun'); await globalThis.openSlow; }`,
  ),
};

describe('a watched application', () => {
  afterEach(() => {
    delete gates.openSlow;
  });

  it('misses nothing that is saved while it boots', async () => {
    const gate = Promise.withResolvers<void>();
    gates.openSlow = gate.promise;
    await using application = new Application();
    application.write({ ...slow, ...small('blog', '1') });
    const kernel = await application.create({ env: { WATCH: 'true', HOST: '127.0.0.1' } });
    const starting = kernel.start();
    await until(() => application.logs.some(({ msg }) => msg === 'slow has begun'));
    application.write({
      'extensions/blog/routes/version.ts': versionRoute('2'),
      ...small('newcomer', '1'),
    });
    gate.resolve();
    await starting;
    await until(async () => (await application.status('/newcomer')) === 200);
    await until(async () => JSON.stringify(await application.get('/blog')) === '{"version":"2"}');
  });

  it('notices an edit from the moment on in which it is ready', async () => {
    await using application = new Application();
    application.write(small('blog', '1'));
    const kernel = await application.create({ env: { WATCH: 'true', HOST: '127.0.0.1' } });
    const starting = kernel.start();
    await until(async () => (await application.status('/health/ready')) === 200);
    application.write({ 'extensions/blog/routes/version.ts': versionRoute('2') });
    await until(async () => JSON.stringify(await application.get('/blog')) === '{"version":"2"}');
    await starting;
  });

  it('ends when it is stopped before it watches, and does not become ready any more', async () => {
    await using application = new Application();
    application.write(small('blog', '1'));
    const kernel = await application.create({ env: { WATCH: 'true', HOST: '127.0.0.1' } });
    const watching = kernel.watch();
    const booting = kernel.boot().catch((error: unknown) => error);
    await kernel.stop();
    await watching;
    expect(await booting).to.have.property('code', 'KERNEL_STOPPING');
    expect(await application.status('/health/ready')).to.equal(503);
  });
});
