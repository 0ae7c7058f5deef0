import { Agent, request } from 'node:http';
import { expect } from 'chai';
import { Application as CommandLine } from '../cli/application.ts';
import { type Application, boot, index, small, until, versionRoute } from '../support/application.ts';

interface Tally {
  answered: number;
  readonly failures: string[];
}

/** Clients that ask for a path over kept-alive connections, each as soon as it was answered, until told to stop. */
function load(port: number, path: string, clients: number): { readonly tally: Tally; stop(): Promise<void> } {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const tally: Tally = { answered: 0, failures: [] };
  let running = true;
  const ask = () =>
    new Promise<void>((resolve) => {
      request({ agent, port, path, host: '127.0.0.1' }, (response) => {
        if (response.statusCode === 200) tally.answered += 1;
        else tally.failures.push(`${path}: ${response.statusCode}`);
        response.resume().on('end', resolve);
      })
        .on('error', (error) => {
          tally.failures.push(`${path}: ${error.message}`);
          resolve();
        })
        .end();
    });
  const client = async (): Promise<void> => {
    while (running) await ask();
  };
  const all = Array.from({ length: clients }, client);
  return {
    tally,
    async stop() {
      running = false;
      await Promise.all(all);
      agent.destroy();
    },
  };
}

async function served(
  files: Parameters<typeof boot>[0],
): Promise<{ application: Application; port: number }> {
  const application = await boot(files, { env: { HOST: '127.0.0.1' } });
  const { port } = await application.kernel.http.listen();
  return { application, port };
}

describe('under load', () => {
  it('no request fails while its extension is edited, broken and mended, others come and go, and all is switched', async () => {
    const { application, port } = await served({ ...small('hello', '0'), ...small('other', '0') });
    await using _ = application;
    const { extensions } = application.kernel;
    const { tally, stop } = load(port, '/hello', 16);
    for (let round = 1; round <= 30; round += 1) {
      application.write({ 'extensions/hello/routes/version.ts': versionRoute(String(round)) });
      await extensions.sync(['hello']);
      if (round % 3 === 0) {
        application.write({ 'extensions/hello/routes/version.ts': 'export default route.get(' });
        await extensions.sync(['hello']);
      }
      if (round % 5 === 0) {
        application.write(small(`guest${round}`, '1'));
        await extensions.sync([`guest${round}`]);
        application.remove(`extensions/guest${round}`);
        await Promise.all([extensions.sync([`guest${round}`]), extensions.disable('other')]);
        await extensions.enable('other');
      }
      const { answered } = tally;
      await until(() => tally.answered > answered + 16);
    }
    await stop();
    await extensions.idle();
    expect(tally.failures).to.deep.equal([]);
    expect(tally.answered).to.be.greaterThan(400);
    expect(extensions.list().flatMap(({ draining }) => draining)).to.deep.equal([]);
  });

  it('SIGTERM in the middle of a reload ends the process with 0, and what was accepted is answered', async () => {
    await using application = await CommandLine.create({
      'extensions/hello/manifest.json': '{ "name": "hello", "version": "1.0.0" }',
      'extensions/hello/routes/slow.ts': `import { route } from 'backplane';\nexport default route.get('/slow', {}, async ({ log }) => { log.info('asked'); await new Promise((resolve) => setTimeout(resolve, 300)); return { done: true }; });\n`,
    });
    await using running = application.spawn(['start'], {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      WATCH: 'true',
    });
    const address = await running.address();
    await application.write({
      'extensions/hello/index.ts': index(
        `async boot({ log }) { log.info('in boot'); await new Promise(() => {}); }`,
      ),
    });
    await running.until(/in boot/);
    const answer = fetch(`${address}/hello/slow`);
    await running.until(/asked/);
    running.child.kill('SIGTERM');
    expect(await (await answer).json()).to.deep.equal({ done: true });
    expect((await running.ended).code).to.equal(0);
  });
});
