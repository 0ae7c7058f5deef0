import { expect } from 'chai';
import { type Command, type CommandOwner, commands, defineCommand } from '../../kernel/cli/command.ts';
import { Container } from '../../kernel/container/index.ts';
import { BackplaneError } from '../../kernel/errors.ts';
import { createLogger } from '../../kernel/log/index.ts';
import { compileSnapshot } from '../../kernel/snapshot/index.ts';

const { log } = createLogger({ level: 'silent', format: 'json' });

function owner(name: string): CommandOwner {
  return { name, generation: 1, prefix: '', log, container: new Container({ owner: name }) };
}

function named(name: string): Command {
  return defineCommand({ name, description: 'Does nothing', run: () => undefined });
}

function compile(...contributed: readonly (readonly [string, string])[]) {
  const contributions = contributed.map(([extension, name]) => ({
    owner: owner(extension),
    source: `commands/${name}.ts`,
    value: named(name),
  }));
  return commands.compile(
    contributions,
    compileSnapshot({ owners: new Map(), registries: [], contributions: new Map() }),
  );
}

describe('the registry of commands', () => {
  it('holds each command with its owner', () => {
    const table = compile(['blog', 'blog import'], ['shop', 'shop import']);
    expect([...table].map(([name, { owner: by }]) => [name, by.name])).to.deep.equal([
      ['blog import', 'blog'],
      ['shop import', 'shop'],
    ]);
  });

  it('names both owners of one name', () => {
    expect(() => compile(['blog', 'import'], ['shop', 'import'])).to.throw(
      BackplaneError,
      'The command "import" is contributed by "blog", "shop"',
    );
  });

  it('refuses a command that is also the beginning of another', () => {
    expect(() => compile(['blog', 'import'], ['shop', 'import all'])).to.throw(
      BackplaneError,
      '"import", with which "import all" begins, is contributed by "blog", "shop"',
    );
  });

  it("refuses the kernel's own names, also as the first word", () => {
    expect(() => compile(['blog', 'start'])).to.throw(BackplaneError, '"kernel", "blog"');
    expect(() => compile(['blog', 'extension sell'])).to.throw(BackplaneError, 'The command "extension"');
  });

  it('refuses names that cannot be typed and arguments that cannot be told apart', () => {
    for (const name of ['', 'Import', 'import  all', '-x', 'a/b'])
      expect(() => named(name), name).to.throw(BackplaneError, 'its name must be words');
    const run = (): void => {};
    const misplaced = {
      first: { description: 'First', optional: true },
      second: { description: 'Second' },
    } as const;
    expect(() => defineCommand({ name: 'x', description: 'x', arguments: misplaced, run })).to.throw(
      BackplaneError,
      'optional arguments must come last',
    );
  });

  it('types what a command receives by its shapes', () => {
    const command = defineCommand({
      name: 'export',
      description: 'Typed',
      arguments: {
        file: { description: 'Must be there' },
        format: { description: 'May be left out', optional: true },
        rest: { description: 'Any number', variadic: true },
      },
      options: {
        dryRun: { type: 'boolean', description: 'A flag' },
        limit: { type: 'number', description: 'A number' },
        style: { type: 'string', choices: ['csv', 'json'], description: 'One of these' },
      },
      run({ args, options }) {
        const file: string = args.file;
        const format: string | undefined = args.format;
        const rest: readonly string[] = args.rest;
        const dryRun: boolean = options.dryRun;
        const limit: number | undefined = options.limit;
        const style: 'csv' | 'json' | undefined = options.style;
        // @ts-expect-error There is no such option.
        return [file, format, rest, dryRun, limit, style, options.other];
      },
    });
    expect(command.definition.name).to.equal('export');
  });
});
