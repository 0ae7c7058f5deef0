import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect } from 'chai';
import { Application, extension, freePort } from './application.ts';

/** Answers once the process has been told to stop, and not before. */
const untilStopped = `import { once } from 'node:events';
import { route } from 'backplane';
export default route.get('/wait', {}, async ({ log }) => {
  log.info('request is waiting');
  await Promise.race(['SIGTERM', 'SIGINT', 'SIGHUP'].map((signal) => once(process, signal)));
  return { done: true };
});
`;
const forEver = `import { route } from 'backplane';
export default route.get('/wait', {}, ({ log }) => { log.info('request is waiting'); return new Promise(() => {}); });
`;
const needsSetting = `import { defineSettings, Type } from 'backplane';
export default defineSettings(Type.Object({ apiKey: Type.String() }));
`;
const neverEnding = `import { defineExtension } from 'backplane';
export default defineExtension({ boot: ({ log }) => { log.info('boot has begun'); return new Promise(() => {}); } });
`;

describe('start', () => {
  it('says where it listens, what runs and what does not with the remedy', async () => {
    await using application = await Application.create({
      ...extension('blog'),
      ...extension('payment', { 'config.ts': needsSetting }),
      ...extension('broken', { 'index.ts': 'export default 1;\n' }),
    });
    await using running = application.spawn(['start']);
    const address = await running.address();
    expect((await fetch(`${address}/health/ready`)).status).to.equal(200);
    await running.until(/failed +broken load: .*defineExtension/);
    expect(running.stdout).to.match(/active +blog\n/);
    expect(running.stdout).to.match(/blocked +payment needs settings: set PAYMENT_API_KEY/);
  });

  it('prints how to use the root API key once', async () => {
    await using application = await Application.create();
    {
      await using first = application.spawn(['start']);
      const [, key = ''] = await first.until(/x-api-key: (\S+)'/);
      const response = await fetch(`${await first.address()}/kernel/extensions`, {
        headers: { 'x-api-key': key },
      });
      expect(response.status).to.equal(200);
      first.child.kill('SIGTERM');
      await first.ended;
    }
    await using second = application.spawn(['start']);
    await second.address();
    second.child.kill('SIGTERM');
    expect((await second.ended).stdout).not.to.include('x-api-key');
  });

  it('writes JSON only in production', async () => {
    await using application = await Application.create(extension('blog'));
    await using running = application.spawn(['start'], { NODE_ENV: 'production', HOST: '127.0.0.1' });
    await running.until(/"msg":"Administration is off/);
    for (const line of running.stdout.trim().split('\n')) expect(() => JSON.parse(line), line).not.to.throw();
    expect(running.stdout).to.match(/listens on http:\/\/127\.0\.0\.1:\d+/);
  });

  it('warns of a root API key that can be guessed, in production', async () => {
    await using application = await Application.create(extension('blog'));
    const env = { NODE_ENV: 'production', HOST: '127.0.0.1' };
    await using running = application.spawn(['start'], { ...env, ROOT_API_KEY: 'short' });
    await running.until(/ROOT_API_KEY has fewer than 16 characters.*openssl rand -base64 24/);
    expect(running.stdout).not.to.include('short');
  });

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    it(`ends with 0 on ${signal}, after the requests that it has begun`, async () => {
      await using application = await Application.create(
        extension('blog', { 'routes/wait.ts': untilStopped }),
      );
      await using running = application.spawn(['start']);
      const answer = fetch(`${await running.address()}/blog/wait`);
      await running.until(/request is waiting/);
      running.child.kill(signal);
      expect((await answer).status).to.equal(200);
      const { code, stdout } = await running.ended;
      expect(code).to.equal(0);
      expect(stdout).to.match(/INFO: stopped\n$/);
    });
  }

  it('ends at once with 1 on the second signal', async () => {
    await using application = await Application.create(extension('blog', { 'routes/wait.ts': forEver }));
    await using running = application.spawn(['start']);
    const answer = fetch(`${await running.address()}/blog/wait`).catch((error: unknown) => error);
    await running.until(/request is waiting/);
    running.child.kill('SIGTERM');
    await running.until(/SIGTERM: stopping/);
    running.child.kill('SIGTERM');
    expect((await running.ended).code).to.equal(1);
    expect(await answer).to.be.instanceOf(Error);
  });

  it('ends with 0 on a signal while it boots', async () => {
    const manifest = { timeouts: { boot: 500 } };
    await using application = await Application.create(
      extension('slow', { 'index.ts': neverEnding }, manifest),
    );
    await using running = application.spawn(['start']);
    await running.until(/boot has begun/);
    running.child.kill('SIGTERM');
    const { code, stdout } = await running.ended;
    expect(code).to.equal(0);
    expect(stdout).not.to.include('listens on');
  });

  it('ends with 0 on a signal right after it has booted', async () => {
    await using application = await Application.create(extension('blog', {}));
    await using running = application.spawn(['start'], { WATCH: 'true' });
    await running.until(/blog is active/);
    running.child.kill('SIGTERM');
    expect((await running.ended).code).to.equal(0);
  });

  it('says without a stack that its port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    try {
      const address = other.address();
      const port = typeof address === 'object' && address ? String(address.port) : '';
      await using application = await Application.create();
      const { code, stderr } = await application.run(['start'], { PORT: port, LOG_LEVEL: 'silent' });
      expect(code).to.equal(1);
      expect(stderr).to.include(`Port ${port} of 127.0.0.1 is in use`).and.not.include('    at ');
    } finally {
      other.close();
    }
  });

  for (const [variable, value] of [
    ['SECURITY_CORS_MAX_AGE', 'long'],
    ['SECURITY_CORS_ORIGINS', 'example.org'],
    ['SECURITY_ALLOWED_HOSTS', 'https://example.org'],
  ] as const) {
    it(`does not start without security when ${variable} is wrong`, async () => {
      await using application = await Application.create();
      const env = { EXTENSIONS: 'security', NODE_ENV: 'production', LOG_LEVEL: 'silent', [variable]: value };
      const { code, stderr } = await application.run(['start'], env);
      expect(code).to.equal(1);
      expect(stderr).to.include('must run').and.include(variable);
    });
  }

  it('ends with 1 and every fault when its settings are wrong', async () => {
    await using application = await Application.create();
    const { code, stderr } = await application.run(['start'], { PORT: 'many', WATCH: 'perhaps' });
    expect(code).to.equal(1);
    expect(stderr).to.include('PORT').and.include('WATCH');
  });
});

describe('dev', () => {
  it('reloads what is edited, with a detailed log', async () => {
    const answering = (text: string): string =>
      `import { route } from 'backplane';\nexport default route.get('/', {}, ({ log }) => { log.debug('detail ${text}'); return { text: '${text}' }; });\n`;
    await using application = await Application.create(
      extension('blog', { 'routes/root.ts': answering('before') }),
      { NODE_ENV: 'production', WATCH: 'false', PORT: String(await freePort()) },
    );
    await using running = application.spawn(['dev']);
    const address = await running.address();
    const read = async (): Promise<unknown> => (await fetch(`${address}/blog`)).json();
    expect(await read()).to.deep.equal({ text: 'before' });
    await running.until(/DEBUG.*detail before/);
    await running.until(/DEBUG.*\[blog\] GET \/blog 200 in [\d.]+ ms/);
    await application.write(extension('blog', { 'routes/root.ts': answering('after') }));
    await running.until(/DEBUG.*Changed on disk: blog/);
    await running.until(/DEBUG.*Transaction: blog; published after/);
    await running.until(/blog is active \(generation 2\)/);
    expect(await read()).to.deep.equal({ text: 'after' });
  });
});
