import { expect } from 'chai';
import { Application, extension, type Running } from './application.ts';

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly extension?: string;
  readonly err?: { readonly stack?: string };
}

/** Starts it with a log for machines, and waits for a line of it. */
async function lineOf(running: Running, message: RegExp): Promise<Line> {
  const [line] = await running.until(new RegExp(`^\\{.*"msg":"${message.source}.*\\}$`, 'm'));
  return JSON.parse(line);
}

/** @param onSignal code outside of any extension, run when the process receives SIGUSR2 */
function start(application: Application, onSignal?: string): Running {
  const code = encodeURIComponent(`process.on('SIGUSR2', () => { ${onSignal}; });`);
  const preload = onSignal === undefined ? {} : { NODE_OPTIONS: `--import=data:text/javascript,${code}` };
  return application.spawn(['start'], { NODE_ENV: 'production', HOST: '127.0.0.1', ...preload });
}

const booting = (code: string): string =>
  `import { defineExtension } from 'backplane';
export default defineExtension({
  boot() {
    ${code}
  },
});
`;
const rejecting = `import { route } from 'backplane';
export default [
  route.get('/error', {}, () => {
    Promise.reject(new Error('not awaited'));
    return {};
  }),
  route.get('/text', {}, () => {
    Promise.reject('only text');
    return {};
  }),
  route.get('/throw', {}, () => {
    setTimeout(() => { throw new Error('thrown later'); }, 1);
    return {};
  }),
  route.get('/fine', {}, () => ({ fine: true })),
];
`;

async function expectAlive(running: Running, address: string, code: number | null = null): Promise<void> {
  expect((await fetch(`${address}/health/live`)).status).to.equal(200);
  expect(running.child.exitCode).to.equal(code);
}

describe('the guard of the process', () => {
  it('logs a promise that boot leaves rejected with its extension, and lives', async () => {
    const code = "setTimeout(async () => { throw new Error('lost in boot'); }, 1);";
    await using application = await Application.create(extension('blog', { 'index.ts': booting(code) }));
    await using running = start(application);
    const line = await lineOf(running, /A rejected promise that nobody awaits/);
    expect(line).to.deep.include({ level: 'error', extension: 'blog' });
    expect(line.msg).to.include('of "blog": lost in boot');
    expect(line.err?.stack).to.include('extensions/blog/');
    await expectAlive(running, await running.address());
  });

  it('logs an exception that a timer of boot throws with its extension, and lives', async () => {
    const code = "setTimeout(() => { throw new Error('thrown in boot'); }, 1);";
    await using application = await Application.create(extension('blog', { 'index.ts': booting(code) }));
    await using running = start(application);
    const line = await lineOf(running, /An exception that nobody catches/);
    expect(line).to.deep.include({ level: 'error', extension: 'blog' });
    await expectAlive(running, await running.address());
  });

  for (const [path, text] of [
    ['error', 'not awaited'],
    ['text', 'only text'],
    ['throw', 'thrown later'],
  ] as const) {
    it(`finds the extension of what a handler leaves behind (${path})`, async () => {
      await using application = await Application.create(extension('blog', { 'routes/all.ts': rejecting }));
      await using running = start(application);
      const address = await running.address();
      expect((await fetch(`${address}/blog/${path}`)).status).to.equal(200);
      const line = await lineOf(running, /[^"]*that nobody/);
      expect(line.extension).to.equal('blog');
      expect(line.msg).to.include('of "blog"').and.include(text);
      expect((await fetch(`${address}/blog/fine`)).status).to.equal(200);
    });
  }

  it('finds the extension of a rejection without a stack by the boot that led there', async () => {
    const code = "setTimeout(() => { Promise.reject('from nowhere'); }, 1);";
    await using application = await Application.create(extension('blog', { 'index.ts': booting(code) }));
    await using running = start(application);
    const line = await lineOf(running, /A rejected promise that nobody awaits/);
    expect(line.extension).to.equal('blog');
    expect(line.msg).to.include("'from nowhere'");
    await expectAlive(running, await running.address());
  });

  for (const [what, files] of [
    ['index.ts', { 'index.ts': "import { connect } from 'node:net';\nconnect(1, '127.0.0.1');\n" }],
    [
      'a collected file',
      {
        'routes/all.ts': `import { createReadStream } from 'node:fs';
import { route } from 'backplane';
createReadStream('/nowhere/at/all');
export default route.get('/', {}, () => 1);
`,
      },
    ],
  ] as const) {
    it(`finds the extension of an error without a stack that the top level of ${what} left behind`, async () => {
      await using application = await Application.create(extension('blog', files));
      await using running = start(application);
      expect((await lineOf(running, /An exception that nobody catches/)).extension).to.equal('blog');
      await expectAlive(running, await running.address());
    });
  }

  it('finds the extension of what a reload over HTTP left behind', async () => {
    const code = "setTimeout(() => { throw 'without a stack'; }, 1);";
    await using application = await Application.create(extension('blog', { 'index.ts': booting(code) }));
    await using running = application.spawn(['start'], {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      ROOT_API_KEY: 'key',
    });
    const address = await running.address();
    running.stdout = '';
    const init = { method: 'POST', headers: { 'x-api-key': 'key' } };
    expect((await fetch(`${address}/kernel/extensions/blog/reload`, init)).status).to.equal(200);
    expect((await lineOf(running, /An exception that nobody catches/)).extension).to.equal('blog');
    await expectAlive(running, address);
  });

  it('logs a rejection that is nobody’s without a name, and lives', async () => {
    await using application = await Application.create(extension('blog', {}));
    await using running = start(application, "Promise.reject('from nowhere')");
    const address = await running.address();
    running.child.kill('SIGUSR2');
    const line = await lineOf(running, /A rejected promise that nobody awaits/);
    expect(line).not.to.have.property('extension');
    await expectAlive(running, address);
  });

  it('finds the extension of code that is gone from the application', async () => {
    const code = "setInterval(() => { throw new Error('still here'); }, 20);";
    await using application = await Application.create(extension('vanishing', { 'index.ts': booting(code) }));
    await using running = application.spawn(['start'], {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      ROOT_API_KEY: 'key',
      WATCH: 'true',
    });
    const address = await running.address();
    await application.remove('extensions/vanishing');
    const isKnown = async (): Promise<boolean> => {
      const url = `${address}/kernel/extensions/vanishing`;
      return (await fetch(url, { headers: { 'x-api-key': 'key' } })).status !== 404;
    };
    while (await isKnown());
    running.stdout = '';
    expect((await lineOf(running, /An exception that nobody catches/)).extension).to.equal('vanishing');
    await expectAlive(running, address);
  });

  it('stops gracefully with 1 after an exception that no extension owns', async () => {
    await using application = await Application.create(extension('blog', {}));
    await using running = start(application, "throw 'no stack, no request'");
    await running.address();
    running.child.kill('SIGUSR2');
    const { code: exit, stdout } = await running.ended;
    expect(exit).to.equal(1);
    expect(stdout).to.include('An exception that nobody catches').and.include('"level":"fatal"');
  });
});
