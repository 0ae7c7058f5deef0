import { spawnSync } from 'node:child_process';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { Application, extension } from './application.ts';

const repository = resolve(import.meta.dirname, '../..');

const capability = `import { defineCapability, Type } from 'backplane';

export const payment = defineCapability('payment', {
  operations: {
    charge: {
      safety: 'keyed',
      input: Type.Object({ amount: Type.Integer() }),
      output: Type.Object({ id: Type.String() }),
    },
    balance: { safety: 'read', input: Type.Object({}), output: Type.Object({ cents: Type.Integer() }) },
  },
});

declare module 'backplane' {
  interface Capabilities {
    payment: typeof payment;
  }
}
`;

const weather = `import { defineCapability, Type } from 'backplane';
export default defineCapability('weather', {
  operations: {
    today: {
      safety: 'read',
      input: Type.Object({ town: Type.Optional(Type.String()) }),
      output: Type.Object({ degrees: Type.Number() }),
    },
  },
});
`;

/** An application with the capability `payment` that has Backplane installed, by a link. */
async function createApplication(): Promise<Application> {
  const application = await Application.create(
    {
      'package.json': '{ "name": "application", "type": "module" }',
      ...extension('shop', { 'capabilities/payment.ts': capability }, { version: '1.2.0' }),
    },
    { EXTENSIONS: 'shop,acme-pay' },
  );
  await mkdir(join(application.root, 'node_modules'));
  await symlink(repository, join(application.root, 'node_modules/backplane'), 'dir');
  return application;
}

const only = { EXTENSIONS: 'shop' };

async function make(application: Application, ...words: readonly string[]) {
  return application.run(['make', 'provider', ...words], only);
}

function check(application: Application, program: string, ...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(join(repository, 'node_modules/.bin', program), words, {
    cwd: application.root,
    encoding: 'utf8',
  });
  return status === 0 ? '' : `${program}:\n${stdout}${stderr}`;
}

describe('make provider', () => {
  it('writes a provider that runs and passes its own tests, tsc and biome', async () => {
    await using application = await createApplication();
    const { code, stdout, stderr } = await make(application, 'acme-pay', '--capability', 'payment');
    expect(code, stderr).to.equal(0);
    expect(stdout).to.include('write charge, balance in providers/acme-pay/drivers/acme-pay.ts');
    const folder = join(application.root, 'providers/acme-pay');
    expect(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')))
      .to.include({
        name: 'acme-pay',
        capability: 'payment',
      })
      .and.to.have.deep.property('dependencies', { shop: '^1.2.0' });

    const tested = await application.run(['test', 'acme-pay']);
    expect(tested.code, tested.stdout + tested.stderr).to.equal(0);
    expect(tested.stdout).to.include('1 passing').and.include('- does what every driver must do');

    for (const module of ['@types', 'chai']) {
      const from = join(repository, 'node_modules', module);
      await symlink(from, join(application.root, 'node_modules', module), 'dir');
    }
    const { linter, formatter, javascript }: Record<string, unknown> = JSON.parse(
      await readFile(join(repository, 'biome.json'), 'utf8'),
    );
    const include = ['extensions', 'providers'];
    await application.write({
      'tsconfig.json': JSON.stringify({ extends: join(repository, 'tsconfig.json'), include, exclude: [] }),
      'biome.json': JSON.stringify({ linter, formatter, javascript }),
    });
    await make(application, 'a-quite-long-name-of-a-provider', '--capability', 'payment');
    expect(check(application, 'biome', 'ci', '--colors=off', 'providers')).to.equal('');

    // What is written in place of a stub is held against the types of the capability.
    const file = 'providers/acme-pay/drivers/acme-pay.ts';
    const source = await readFile(join(application.root, file), 'utf8');
    const stub = "charge: () => notWritten('charge'),";
    expect(source).to.include(stub);
    const written = `charge: (input) => {
      // @ts-expect-error no input has it
      return { id: String(input.amount + input.amuont) };
    },`;
    await application.write({ [file]: source.replace(stub, written) });
    expect(check(application, 'tsc', '--project', 'tsconfig.json')).to.equal('');
  }).timeout(180_000);

  it('writes a test of what every driver must do, to be filled with the API and its inputs', async () => {
    await using application = await createApplication();
    await application.write(extension('forecast', { 'capabilities/weather.ts': weather }));
    const names = { EXTENSIONS: 'forecast' };
    await application.run(['make', 'provider', 'sky', '--capability', 'weather'], names);
    const edit = async (file: string, ...changes: readonly (readonly [string, string])[]): Promise<void> => {
      let source = await readFile(join(application.root, 'providers/sky', file), 'utf8');
      for (const [from, to] of changes) {
        expect(source).to.include(from);
        source = source.replace(from, to);
      }
      await application.write({ [`providers/sky/${file}`]: source });
    };
    await edit(
      'test/sky.test.ts',
      ['isWritten: boolean = false', 'isWritten: boolean = true'],
      ["today: () => notWritten('today')", 'today: ({ number }) => ({ town: String(number) })'],
      [
        'listener: (_request, response) => response.writeHead(501).end()',
        `listener: ({ headers }, response) =>
          headers.authorization === \`Bearer \${apiKey}\`
            ? response.writeHead(200).end('{ "degrees": 20 }')
            : response.writeHead(401).end()`,
      ],
    );
    await edit(
      'drivers/sky.ts',
      ['import { ', 'import { ResponseError, '],
      [
        `create: () => ({
    /** read: Changes nothing. */
    today: () => notWritten('today'),
  }),`,
        `create: ({ url }, { apiKey }) => ({
    async today(input, { signal }) {
      const headers = { authorization: \`Bearer \${apiKey.reveal()}\` };
      const response = await fetch(\`\${url}/?\${new URLSearchParams(input)}\`, { headers, signal });
      if (!response.ok) throw new ResponseError(response.status, response.headers);
      const answer = await response.json();
      if (typeof answer.degrees !== 'number') throw new Error('This is no forecast');
      return { degrees: answer.degrees };
    },
  }),`,
      ],
      [
        "health: () => notWritten('health')",
        'health: async (client, { signal }) => void (await client.today({}, { signal }))',
      ],
    );
    const { code, stdout, stderr } = await application.run(['test', 'sky'], { EXTENSIONS: 'forecast,sky' });
    expect(code, stdout + stderr).to.equal(0);
    expect(stdout)
      .to.include('answers as the capability says')
      .and.not.include('does what every driver must do');
  }).timeout(180_000);

  it('writes stubs by which no call is lost: who cannot do it yet is passed over', async () => {
    await using application = await createApplication();
    await make(application, 'acme-pay', '--capability', 'payment', '--driver', 'acme');
    const instance = {
      driver: 'acme',
      config: { url: 'http://127.0.0.1:1' },
      secrets: { apiKey: 'hunter2' },
    };
    const instances = [{ name: 'main', ...instance }];
    const call = `services.providers.for('payment').charge({ amount: 1 }, { operationId: 'o-1' })
      .catch((error) => error.code + ' ' + services.providers.list()[0].state)`;
    const { stdout } = await application.run(['shell', '--json', '--eval', call], {
      PROVIDERS_PAYMENT: JSON.stringify(instances),
    });
    expect(JSON.parse(stdout)).to.equal('PROVIDER_UNAVAILABLE disabled');
  });

  it('names the nearest capability for one that nobody declares, and writes nothing', async () => {
    await using application = await createApplication();
    const { code, stderr } = await make(application, 'acme-pay', '--capability', 'paymnet');
    expect(code).to.equal(1);
    expect(stderr).to.include('There is no capability "paymnet". Did you mean "payment"?');
    expect((await make(application, 'acme-pay', '--capability', 'payment')).code).to.equal(0);
  });

  it('calls a missing capability a usage error', async () => {
    await using application = await createApplication();
    const { code, stderr } = await make(application, 'acme-pay');
    expect(code).to.equal(2);
    expect(stderr).to.include("required option '--capability <name>' not specified");
  });

  it('leaves what is there as it is, and refuses a name that cannot be one', async () => {
    await using application = await createApplication();
    await application.write({ 'providers/acme-pay/notes.txt': 'mine' });
    const taken = await make(application, 'acme-pay', '--capability', 'payment');
    expect([taken.code, taken.stderr]).to.have.nested.property('[1]').that.includes('is left as it is');
    const wrong = await make(application, 'AcmePay', '--capability', 'payment');
    expect(wrong.stderr).to.include('Try "acme-pay"');
  });
});
