import packageJson from '../../../package.json' with { type: 'json' };
import type { Safety } from '../../provider/index.ts';

/** What a new provider is written for. */
export interface ProviderPlan {
  /** Of the provider's extension. */
  readonly name: string;
  readonly driver: string;
  readonly capability: string;
  readonly operations: readonly { readonly name: string; readonly safety: Safety }[];
  /** The extension that declares the capability. */
  readonly owner: { readonly name: string; readonly version: string };
}

const safeties: Readonly<Record<Safety, string>> = {
  read: 'Changes nothing.',
  idempotent: 'Doing it twice changes nothing.',
  keyed: 'Done once for each `key`: send it as the idempotency key of the API.',
  atMostOnce: 'Would be done twice if it were sent twice.',
};

/**
 * The files of a provider whose operations are still to be written. What is not written says so, as a failure that
 * leaves nothing in doubt: no call is lost by it.
 *
 * @returns content by path inside of the folder
 */
export function providerTemplate(plan: ProviderPlan): Readonly<Record<string, string>> {
  const { name, driver, capability, owner } = plan;
  const manifest = {
    name,
    version: '0.1.0',
    description: `Does "${capability}" by ${driver}.`,
    kernel: `^${packageJson.version}`,
    capability,
    dependencies: { [owner.name]: `^${owner.version}` },
  };
  return {
    'manifest.json': `${JSON.stringify(manifest, null, 2)}\n`,
    [`drivers/${driver}.ts`]: driverSource(plan),
    [`test/${name}.test.ts`]: testSource(plan),
    'README.md': readme(plan),
  };
}

function driverSource({ name, driver, capability, operations }: ProviderPlan): string {
  const [first] = operations;
  const mayBeUnknown = operations.some(({ safety }) => safety === 'keyed' || safety === 'atMostOnce');
  const stubs = operations
    .map(
      (operation) => `    /** ${operation.safety}: ${safeties[operation.safety]} */
    ${operation.name}: () => notWritten('${operation.name}'),
`,
    )
    .join('');
  return `import { classifyHttp, defineDriver, Type } from 'backplane';

/** Thrown before anything is sent: no work is in doubt, and another instance may be asked. */
class NotWritten extends Error {
  override readonly name = 'NotWritten';
}

function notWritten(what: string): never {
  throw new NotWritten(\`Write "\${what}" in providers/${name}/drivers/${driver}.ts.\`);
}

export default defineDriver('${driver}', {
  capability: '${capability}',
  // What an instance says of itself, without credentials.
  config: Type.Object({
    url: Type.String({ format: 'uri', description: 'Where the API answers.' }),
  }),
  // Names of its credentials.
  secrets: ['apiKey'],

  /**
   * The client of one instance. Switch an SDK's own retries off, hand \`signal\` to whatever waits, and let errors out:
   *
   *     create: ({ url }, { apiKey }) => ({
   *       async ${first?.name ?? 'send'}(input, { key, signal }) {
   *         const headers = { authorization: \`Bearer \${apiKey.reveal()}\`, 'idempotency-key': key };
   *         const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(input), signal });
   *         if (!response.ok) throw new ResponseError(response.status, response.headers);
   *         return …;
   *       },
   *     }),
   */
  create: () => ({
${stubs}  }),

  /** What the API documents of its errors beyond what HTTP says. */
  classify: (error) =>
    error instanceof NotWritten
      ? { class: 'config', effect: 'none', scope: 'instance', code: 'not-written' }
      : classifyHttp(error),
${
  mayBeUnknown
    ? `
  /** What became of work whose answer was lost. \`notDone\` must be final: the work is given to another then. */
  reconcile: () => notWritten('reconcile'),
`
    : ''
}
  /** Does the API answer, and take the credentials? Has no effect at all. */
  health: () => notWritten('health'),
});
`;
}

function testSource({ name, driver, capability, operations }: ProviderPlan): string {
  const pending = operations
    .map(
      (operation) => `  it('${operation.name}: asks as the API documents it, and answers what it says');\n`,
    )
    .join('');
  return `import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { testKernel } from 'backplane/testing';
import { expect } from 'chai';

describe('${name}', () => {
  it('makes an instance of its settings, and shows its credentials nowhere', async () => {
    // Answer as the API documents it, faults included.
    await using api = createServer((_req, res) => res.writeHead(501).end()).listen(0, '127.0.0.1');
    await once(api, 'listening');
    const { port } = api.address() as AddressInfo;
    const instance = {
      name: 'main',
      driver: '${driver}',
      config: { url: \`http://127.0.0.1:\${port}\` },
      secrets: { apiKey: 'hunter2-hunter2' },
    };
    await using kernel = await testKernel({
      from: import.meta.url,
      extensions: ['..'],
      settings: { providers: { ${propertyKey(capability)}: [instance] } },
    });
    const listed = kernel.service('providers').list();
    expect(listed.map(({ instance, state, reason }) => [instance, state, reason])).to.deep.equal([
      ['main', 'ready', undefined],
    ]);
    expect(JSON.stringify([listed, kernel.logs])).to.not.contain('hunter2');
  });

${pending}  it('tells by its failures what the errors of the API mean');
});
`;
}

function readme({ name, driver, capability, operations, owner }: ProviderPlan): string {
  return `# ${name}

The driver \`${driver}\` of the capability \`${capability}\` (extension \`${owner.name}\`).

\`config/providers.ts\`

\`\`\`ts
export default {
  ${propertyKey(capability)}: [
    {
      name: '${driver}-main',
      driver: '${driver}',
      config: { url: 'https://api.example.com' },
      secrets: { apiKey: { env: '${driver.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_KEY' } },
    },
  ],
};
\`\`\`

Still to be written: ${[...operations.map((operation) => `\`${operation.name}\``), 'and what its errors mean'].join(', ')}.

\`backplane test ${name}\` runs its tests; \`backplane providers test\` asks its instances whether they are well.
`;
}

function propertyKey(name: string): string {
  return /^[a-z][a-z0-9]*$/.test(name) ? name : `'${name}'`;
}
