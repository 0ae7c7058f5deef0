import packageJson from '../../package.json' with { type: 'json' };
import { settingsPrefix } from '../settings/variable-name.ts';

/**
 * The files of a small, complete extension: it greets, by a service, a route and a setting, and tests itself.
 *
 * @param name of the extension
 * @returns content by path inside of the folder
 */
export function extensionTemplate(name: string): Readonly<Record<string, string>> {
  const service = `${name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())}Greeter`;
  const variable = `${settingsPrefix(name)}_GREETING`;
  return {
    'manifest.json': `{
  "name": "${name}",
  "version": "0.1.0",
  "description": "Greets visitors.",
  "kernel": "^${packageJson.version}"
}
`,
    'config.ts': `import { defineSettings, Type } from 'backplane';

export default defineSettings(
  Type.Object({
    greeting: Type.String({ default: 'Hello', description: 'What visitors are greeted with.' }),
  }),
);
`,
    'greeter.ts': `/** Greets visitors. */
export class Greeter {
  readonly #greeting: string;

  constructor(greeting: string) {
    this.#greeting = greeting;
  }

  greet(visitor: string): string {
    return \`\${this.#greeting}, \${visitor}!\`;
  }
}
`,
    'index.ts': `import { defineExtension } from 'backplane';
import type config from './config.ts';
import { Greeter } from './greeter.ts';

declare module 'backplane' {
  interface Services {
    readonly ${service}: Greeter;
  }
}

export default defineExtension<typeof config>({
  register({ container, settings }) {
    container.singleton('${service}', () => new Greeter(settings.greeting));
  },
});
`,
    'routes/greeting.ts': `import { route, Type } from 'backplane';

export default route.get(
  '/greetings/:visitor',
  {
    summary: 'A greeting',
    params: Type.Object({ visitor: Type.String({ minLength: 1, maxLength: 100 }) }),
    response: { 200: Type.Object({ message: Type.String() }) },
  },
  ({ params, services }) => ({ message: services.${service}.greet(params.visitor) }),
);
`,
    [`test/${name}.test.ts`]: `import { resolve } from 'node:path';
import { testKernel } from 'backplane/testing';
import { expect } from 'chai';

const folder = resolve(import.meta.dirname, '..');

describe('${name}', () => {
  it('greets a visitor', async () => {
    await using kernel = await testKernel({ extensions: [folder] });
    const response = await kernel.inject('GET', '/${name}/greetings/Ada');
    expect(response.status).to.equal(200);
    expect(response.json()).to.deep.equal({ message: 'Hello, Ada!' });
  });

  it('greets as its settings say', async () => {
    const env = { ${variable}: 'Welcome' };
    await using kernel = await testKernel({ extensions: [folder], env });
    const response = await kernel.inject('GET', '/${name}/greetings/Ada');
    expect(response.json()).to.deep.equal({ message: 'Welcome, Ada!' });
  });
});
`,
    'README.md': `# ${name}

Greets visitors.

- \`GET /${name}/greetings/Ada\` answers \`{ "message": "Hello, Ada!" }\`.
- The setting \`${variable}\` says what visitors are greeted with; \`Hello\` if unset.

\`backplane test ${name}\` runs its tests.
`,
  };
}
