import packageJson from '../../../package.json' with { type: 'json' };
import type { Safety } from '../../provider/index.ts';

/** How the test of a provider gets at the capability. */
export interface ImportedCapability {
  /** Of the export; `default` too. */
  readonly name: string;
  /** Specifier of the file. */
  readonly from: string;
}

/** What a new provider is written for. */
export interface ProviderPlan {
  /** Of the provider's extension. */
  readonly name: string;
  readonly driver: string;
  readonly capability: string;
  readonly operations: readonly { readonly name: string; readonly safety: Safety }[];
  /** The extension that declares the capability. */
  readonly owner: { readonly name: string; readonly version: string };
  /** `undefined`: no file exports it, and the test can only do without. */
  readonly imported: ImportedCapability | undefined;
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

function driverSource({ driver, capability, operations }: ProviderPlan): string {
  const [first] = operations;
  const mayBeUnknown = operations.some(({ safety }) => safety === 'keyed' || safety === 'atMostOnce');
  const stubs = operations
    .map(
      (operation) => `    /** ${operation.safety}: ${safeties[operation.safety]} */
    ${propertyKey(operation.name)}: () => notWritten('${operation.name}'),
`,
    )
    .join('');
  return `import { classifyHttp, defineDriver, Type } from 'backplane';

/** Thrown before anything is sent: no work is in doubt, and another instance may be asked. */
class NotWritten extends Error {
  override readonly name = 'NotWritten';
}

function notWritten(what: string): never {
  throw new NotWritten(\`Write "\${what}" in drivers/${driver}.ts.\`);
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

function testSource(plan: ProviderPlan): string {
  const { name, driver, capability, imported } = plan;
  const suite = imported === undefined ? withoutSuite : suiteOf(plan, imported);
  return `${suite.imports}import { expect } from 'chai';
${suite.importedHere}
const apiKey = 'a-key-for-the-tests-of-${name}';
${suite.model}
describe('${name}', () => {
  it('makes an instance of its settings, and shows its credentials nowhere', async () => {
    const instance = {
      name: 'main',
      driver: '${driver}',
      config: { url: 'https://api.example.com' },
      secrets: { apiKey },
    };
    await using kernel = await testKernel({
      from: import.meta.url,
      extensions: ['..'],
      settings: { providers: { ${propertyKey(capability)}: [instance] } },
    });
    const [listed] = kernel.service('providers').list();
    expect(listed).to.include({ instance: 'main', state: 'ready', reason: undefined });
    expect(JSON.stringify([listed, kernel.logs])).to.not.contain(apiKey);
  });
${suite.call}});
`;
}

const withoutSuite = {
  imports: `import { testKernel } from 'backplane/testing';\n`,
  importedHere: '',
  model: '',
  call: '',
};

/** The suite that every driver has to pass: as one pending test until somebody has written what it needs. */
function suiteOf({ operations, driver }: ProviderPlan, { name, from }: ImportedCapability) {
  const inputs = operations
    .map((one) => `        ${propertyKey(one.name)}: () => notWritten('${one.name}'),\n`)
    .join('');
  const what = name === 'default' ? 'capability' : `{ ${name} as capability }`;
  return {
    imports: `import { describeDriver, type HttpModel, testKernel } from 'backplane/testing';\n`,
    importedHere: `import ${what} from '${from}';
import driver from '../drivers/${driver}.ts';
`,
    model: `
/** To be \`true\` once the model and the inputs below are written: what every driver must do is tested then. */
const isWritten: boolean = false;

/** The API with an empty account: answers good requests as its documentation says, and counts what was done. */
function model(): HttpModel {
  return { effects: () => 0, listener: (_request, response) => response.writeHead(501).end() };
}

function notWritten(operation: string): never {
  throw new Error(\`Write an input of "\${operation}".\`);
}
`,
    call: `
  if (isWritten) {
    describeDriver(driver, {
      capability,
      api: { http: model },
      instance: ({ url }) => ({ config: { url }, secrets: { apiKey } }),
      inputs: {
${inputs}      },
    });
  } else it('does what every driver must do');
`,
  };
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

\`backplane test ${name}\` runs its tests, among them what every driver must do, once \`isWritten\` in test/${name}.test.ts says so;
\`backplane providers test\` asks its instances whether they are well.
`;
}

function propertyKey(name: string): string {
  return /^[a-z][A-Za-z0-9]*$/.test(name) ? name : `'${name}'`;
}
