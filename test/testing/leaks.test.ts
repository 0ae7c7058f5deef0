import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect } from 'chai';
import { type ErrorDetails, isBackplaneError } from '../../kernel/errors.ts';
import { type ExtensionFolder, extensionFolder, testKernel } from '../../kernel/testing/index.ts';

const manifest = (name: string): object => ({ name, version: '1.0.0' });

/** An extension whose `boot` is these statements, which begin in line 3. */
const booting = (name: string, boot: string, imports = ''): ExtensionFolder =>
  extensionFolder({
    'manifest.json': manifest(name),
    'index.ts': `import { defineExtension } from 'backplane';${imports}
export default defineExtension({ async boot({ effects, events, services }) {
${boot}
} });`,
  });

type Leaks = ErrorDetails<'LEAK_FOUND'>['leaks'];

/** Runs extensions from start to stop, and what is found left then. */
async function leaksOf(
  folders: readonly ExtensionFolder[],
  meanwhile: (kernel: Awaited<ReturnType<typeof testKernel>>) => unknown = () => undefined,
): Promise<Leaks> {
  const kernel = await testKernel({ extensions: folders });
  await meanwhile(kernel);
  try {
    await kernel[Symbol.asyncDispose]();
    return [];
  } catch (error) {
    if (isBackplaneError(error) && error.code === 'LEAK_FOUND')
      return (error.details as ErrorDetails<'LEAK_FOUND'>).leaks;
    throw error;
  }
}

/** What was left behind is ended by the test itself, through a global that the extension leaves it. */
declare global {
  var leftBehind: (() => unknown)[];
}

describe('the leak check of a test kernel', () => {
  beforeEach(() => {
    globalThis.leftBehind = [];
  });

  afterEach(async () => {
    for (const end of globalThis.leftBehind) await end();
  });

  const leaving: readonly { title: string; what: RegExp; imports?: string; boot: string }[] = [
    {
      title: 'an interval',
      what: /^a timer \(setInterval, 1000 ms\)$/,
      boot: 'const timer = setInterval(() => {}, 1000); leftBehind.push(() => clearInterval(timer));',
    },
    {
      title: 'an interval that does not keep the process alive',
      what: /^a timer \(setInterval, 1000 ms\)$/,
      boot: 'const timer = setInterval(() => {}, 1000).unref(); leftBehind.push(() => clearInterval(timer));',
    },
    {
      title: 'a long timeout',
      what: /^a timer \(setTimeout, 60000 ms\)$/,
      boot: 'const timer = setTimeout(() => {}, 60_000); leftBehind.push(() => clearTimeout(timer));',
    },
    {
      title: 'a loop of setImmediate',
      what: /^a loop of setImmediate$/,
      boot: 'let on = true; (function loop() { if (on) setImmediate(loop); })(); leftBehind.push(() => { on = false; });',
    },
    {
      title: 'a listening server',
      what: /^a listening server$/,
      imports: "import { createServer } from 'node:net';",
      boot: 'const server = createServer().listen(0); leftBehind.push(() => server.close());',
    },
    {
      title: 'a server that begins to listen in a callback of Node',
      what: /^a listening server$/,
      imports: "import { createServer } from 'node:http'; import { once } from 'node:events';",
      boot: "const server = createServer().listen(0, 'localhost'); leftBehind.push(() => server.close()); await once(server, 'listening');",
    },
    {
      title: 'a UDP socket',
      what: /^a UDP socket$/,
      imports: "import { createSocket } from 'node:dgram';",
      boot: "const socket = createSocket('udp4'); socket.bind(0, '127.0.0.1'); leftBehind.push(() => socket.close());",
    },
    {
      title: 'a child process',
      what: /a child process/,
      imports: "import { spawn } from 'node:child_process';",
      boot: "const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']); leftBehind.push(() => child.kill());",
    },
    {
      title: 'a worker thread',
      what: /a worker thread/,
      imports: "import { Worker } from 'node:worker_threads';",
      boot: "const worker = new Worker('setInterval(() => {}, 1000)', { eval: true }); leftBehind.push(() => worker.terminate());",
    },
    {
      title: 'a watched folder',
      what: /^a watched file or folder$/,
      imports: "import { watch } from 'node:fs';",
      boot: 'const watcher = watch(import.meta.dirname); leftBehind.push(() => watcher.close());',
    },
    {
      title: 'a listener on the process',
      what: /^a listener for "SIGUSR2" on process$/,
      boot: "const onSignal = () => {}; process.on('SIGUSR2', onSignal); leftBehind.push(() => process.off('SIGUSR2', onSignal));",
    },
    {
      title: "a listener on the kernel's HTTP server",
      what: /^a listener for "upgrade" on the HTTP server of the kernel$/,
      boot: "services.kernel.http.node.on('upgrade', () => {});",
    },
    {
      title: "a listener on the bus in the kernel's name",
      what: /^a listener for "blog\.\*" on the kernel's events$/,
      boot: "services.kernel.events.on('blog.*', () => {});",
    },
  ];

  for (const { title, what, imports, boot } of leaving) {
    it(`finds ${title}, with its extension and line`, async () => {
      using folder = booting('careless', boot, imports);
      const leaks = await leaksOf([folder]);
      expect(leaks.map(({ extension }) => extension)).to.deep.equal(['careless']);
      expect(leaks[0]?.what).to.match(what);
      expect(leaks[0]?.at).to.match(/[\\/]careless[\\/]index\.ts:3:\d+$/);
    });
  }

  const clean: readonly { title: string; imports?: string; boot: string }[] = [
    { title: 'an interval of effects', boot: 'effects.interval(() => {}, 1000);' },
    { title: 'a timeout of effects', boot: 'effects.timeout(() => {}, 60_000);' },
    {
      title: 'a timer that its effect clears',
      boot: "const timer = setInterval(() => {}, 1000); effects.add('timer', () => clearInterval(timer));",
    },
    { title: 'a timer that has run off', boot: 'setTimeout(() => {}, 1);' },
    {
      title: 'a server that its effect closes',
      imports: "import { createServer } from 'node:http'; import { once } from 'node:events';",
      boot: `await effects.acquire('server', async () => {
        const server = createServer().listen(0, 'localhost'); await once(server, 'listening'); return server;
      }, (server) => new Promise((resolve) => server.close(resolve)));`,
    },
    {
      title: 'an exclusive server',
      imports: "import { createServer } from 'node:net';",
      boot: `const server = createServer();
        effects.exclusive('server', {
          start: () => new Promise((resolve) => server.listen(0, () => resolve(undefined))),
          stop: () => new Promise((resolve) => server.close(resolve)),
        });`,
    },
    {
      title: 'a worker thread that its effect ends',
      imports: "import { Worker } from 'node:worker_threads';",
      boot: "await effects.acquire('worker', () => new Worker('setInterval(() => {}, 1000)', { eval: true }), (worker) => worker.terminate());",
    },
    {
      title: 'a child process that its effect ends',
      imports: "import { spawn } from 'node:child_process'; import { once } from 'node:events';",
      boot: `await effects.acquire('child', () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']),
        (child) => { child.kill(); return once(child, 'exit'); });`,
    },
    {
      title: 'a watched folder that its effect closes',
      imports: "import { watch } from 'node:fs';",
      boot: "await effects.acquire('watcher', () => watch(import.meta.dirname), (watcher) => watcher.close());",
    },
    {
      title: 'a listener on the process that its effect removes',
      boot: "const on = () => {}; process.on('SIGUSR2', on); effects.add('signal', () => process.off('SIGUSR2', on));",
    },
    {
      title: 'listeners of its own on the bus',
      boot: "events.on('a.b', () => {}); events.once('**', () => {});",
    },
    {
      title: "listeners in the kernel's name that were removed or called once",
      boot: `const { events: bus } = services.kernel;
        bus.on('a.b', () => {})[Symbol.dispose](); bus.once('a.c', () => {}); await bus.emit('a.c' as never, undefined as never);`,
    },
    {
      title: 'what ends by itself or waits in a pool of Node',
      imports: "import { createServer } from 'node:http'; import { once } from 'node:events';",
      boot: `AbortSignal.timeout(60_000); new MessageChannel(); process.stdout.write('');
        const server = createServer((_, res) => res.end('ok')).listen(0, '127.0.0.1'); await once(server, 'listening');
        const { port } = server.address() as { port: number };
        await (await fetch('http://127.0.0.1:' + port)).text();
        leftBehind.push(() => server.close());
        effects.add('server', () => { server.close(); });`,
    },
  ];

  for (const { title, boot, imports } of clean) {
    it(`has nothing against ${title}`, async () => {
      using folder = booting('careful', boot, imports);
      expect(await leaksOf([folder])).to.deep.equal([]);
    });
  }

  it('finds what is made at the top level of a module', async () => {
    using folder = extensionFolder({
      'routes/slow.ts': `import { route } from 'backplane';
const timer = setInterval(() => {}, 5000);
leftBehind.push(() => clearInterval(timer));
export default route.get('/slow', {}, () => ({}));`,
    });
    const leaks = await leaksOf([folder]);
    expect(leaks).to.have.length(1);
    expect(leaks[0]?.at).to.match(/[\\/]inline[\\/]routes[\\/]slow\.ts:2:\d+$/);
  });

  it('finds what a request leaves behind, also after its handler has awaited', async () => {
    using folder = extensionFolder({
      'routes/later.ts': `import { route } from 'backplane';
export default route.get('/later', {}, async () => {
  await new Promise((resolve) => setImmediate(resolve));
  const timer = setTimeout(() => {}, 60_000);
  leftBehind.push(() => clearTimeout(timer));
  return {};
});`,
    });
    const leaks = await leaksOf([folder], (kernel) => kernel.inject('GET', '/inline/later'));
    expect(leaks.map(({ at }) => at?.replace(/.*:(\d+):\d+$/, '$1'))).to.deep.equal(['4']);
  });

  it('finds an effect whose release fails, says why, and goes on with the others', async () => {
    using folder = booting(
      'stubborn',
      `effects.add('first', () => { throw new Error('the pool hangs'); });
       const timer = setInterval(() => {}, 1000);
       effects.add('second', () => clearInterval(timer));`,
    );
    const leaks = await leaksOf([folder]);
    expect(leaks).to.deep.equal([{ extension: 'stubborn', what: 'the pool hangs', at: undefined }]);
  });

  it('finds an effect whose release fails also when nothing is logged', async () => {
    using folder = booting('quiet', "effects.add('first', () => { throw new Error('the pool hangs'); });");
    const leaks = await leaksOf([folder], (kernel) => kernel.setLogLevel('silent'));
    expect(leaks.map(({ extension }) => extension)).to.deep.equal(['quiet']);
  });

  it('finds what an earlier generation left', async () => {
    using folder = booting(
      'twice',
      'const timer = setInterval(() => {}, 1000); leftBehind.push(() => clearInterval(timer));',
    );
    const leaks = await leaksOf([folder], (kernel) => {
      folder.write({
        'index.ts': "import { defineExtension } from 'backplane'; export default defineExtension({});",
      });
      return kernel.extensions.sync(['twice']);
    });
    expect(leaks).to.have.length(1);
  });

  it('tells the extensions apart and tells all at once', async () => {
    using first = booting(
      'first',
      "const on = () => {}; process.on('SIGUSR2', on); leftBehind.push(() => process.off('SIGUSR2', on));",
    );
    using second = booting(
      'second',
      'const timer = setInterval(() => {}, 1000); leftBehind.push(() => clearInterval(timer));',
    );
    using third = booting('third', 'effects.interval(() => {}, 1000);');
    const leaks = await leaksOf([first, second, third]);
    expect(leaks.map(({ extension }) => extension).sort()).to.deep.equal(['first', 'second']);
  });

  it('tells two kernels apart that run the same extension at once', async () => {
    using folder = booting('shared', 'effects.interval(() => {}, 1000);');
    await using _other = await testKernel({ extensions: [folder] });
    expect(await leaksOf([folder])).to.deep.equal([]);
  });

  it('has nothing against what the test itself holds', async () => {
    using folder = extensionFolder({
      'routes/hello.ts':
        "import { route } from 'backplane'; export default route.get('/hello', {}, () => ({}));",
    });
    const leaks = await leaksOf([folder], async (kernel) => {
      const timer = setInterval(() => {}, 1000);
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const onSignal = (): void => {};
      process.on('SIGUSR2', onSignal);
      globalThis.leftBehind.push(
        () => clearInterval(timer),
        () => server.close(),
        () => process.off('SIGUSR2', onSignal),
      );
      await kernel.inject('GET', '/inline/hello');
      const after = setInterval(() => {}, 1000);
      globalThis.leftBehind.push(() => clearInterval(after));
      kernel.events.on('**', () => {});
    });
    expect(leaks).to.deep.equal([]);
  });

  it('leaves nothing of its own behind', async () => {
    using folder = booting('careful', 'effects.interval(() => {}, 1000);');
    const listeners = (): readonly number[] =>
      [process, process.stdout, process.stderr].flatMap((emitter) =>
        emitter.eventNames().map((event) => emitter.listenerCount(event)),
      );
    const before = listeners();
    await leaksOf([folder]);
    expect(listeners()).to.deep.equal(before);
  });

  it('says in one message what, whose, where from, and how to mend it', async () => {
    using folder = booting(
      'careless',
      'const timer = setInterval(() => {}, 1000); leftBehind.push(() => clearInterval(timer));',
    );
    const kernel = await testKernel({ extensions: [folder] });
    const error = await kernel[Symbol.asyncDispose]().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(String(error)).to.match(/"careless": a timer \(setInterval, 1000 ms\), from .*index\.ts:3:\d+/);
    expect(String(error)).to.contain('"effects"');
  });
});
