import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { builtinNames } from '../../kernel/cli/builtin-names.ts';
import { Application, extension } from './application.ts';

const hello = `import { defineCommand } from 'backplane';
export default defineCommand({
  name: 'blog hello',
  description: 'Greets somebody',
  example: 'backplane blog hello Ada --loud',
  arguments: { visitor: { description: 'Who' }, others: { description: 'Who else', variadic: true } },
  options: {
    loud: { type: 'boolean', description: 'Shout' },
    times: { type: 'number', description: 'How often' },
    inLanguage: { type: 'string', choices: ['en', 'de'], description: 'Language' },
  },
  run({ args, options, services, print }) {
    print(JSON.stringify({ args, options, version: services.kernel.version }));
  },
});
`;
const failing = `import { defineCommand } from 'backplane';
export default defineCommand({ name: 'fail', description: 'Fails', run() { throw new Error('out of paper'); } });
`;

describe('the command line', () => {
  it('shows every command with --help, and succeeds', async () => {
    await using application = await Application.create();
    const { code, stdout } = await application.run(['--help']);
    expect(code).to.equal(0);
    for (const name of Object.keys(builtinNames)) expect(stdout).to.include(name.split(' ', 1)[0]);
  });

  for (const name of Object.keys(builtinNames)) {
    it(`shows an example in the help of "${name}"`, async () => {
      await using application = await Application.create();
      const { code, stdout } = await application.run([...name.split(' '), '--help']);
      expect(code).to.equal(0);
      expect(stdout).to.match(/Example:\n {2}\$ .*backplane/);
    });
  }

  it('loads neither the kernel nor Express to show help', async () => {
    await using application = await Application.create();
    const spy = `import { registerHooks } from 'node:module';
      registerHooks({ load(url, context, next) { process.stderr.write(url + '\\n'); return next(url, context); } });`;
    const options = ['--import', `data:text/javascript,${encodeURIComponent(spy)}`];
    for (const argv of [['--help'], ['extension', 'list', '--help']]) {
      await using running = application.spawn(argv, { NODE_DISABLE_COMPILE_CACHE: '1' }, options);
      const { stderr } = await running.ended;
      const loaded = stderr.split('\n');
      expect(loaded).to.include(pathToFileURL(resolve('kernel/cli/run.ts')).href);
      expect(loaded).not.to.include(pathToFileURL(resolve('kernel/kernel.ts')).href);
      expect(stderr).not.to.match(/node_modules\/(express|ajv|typebox|pino|esbuild)\//);
    }
  });

  it('calls a wrong option a usage error and names the right one', async () => {
    await using application = await Application.create();
    const { code, stderr } = await application.run(['extension', 'list', '--jsn']);
    expect(code).to.equal(2);
    expect(stderr).to.include("unknown option '--jsn'").and.include('--json');
  });

  it('calls a missing argument a usage error', async () => {
    await using application = await Application.create();
    const { code, stderr } = await application.run(['extension', 'why']);
    expect(code).to.equal(2);
    expect(stderr).to.include("missing required argument 'name'");
  });

  it('prints the help and fails when no command is given', async () => {
    await using application = await Application.create();
    for (const argv of [[], ['extension']]) {
      const { code, stderr } = await application.run(argv);
      expect(code).to.equal(2);
      expect(stderr).to.include('Usage: backplane');
    }
  });

  it('names the nearest command for one that nobody has', async () => {
    await using application = await Application.create();
    const top = await application.run(['strat']);
    expect(top.code).to.equal(2);
    expect(top.stderr).to.include('Unknown command "strat". Did you mean "start"?');
    const below = await application.run(['extension', 'lst']);
    expect(below.code).to.equal(2);
    expect(below.stderr).to.include('Did you mean "extension list"?');
  });

  it('says why the extension does not run whose command it would be', async () => {
    const config = `import { defineSettings, Type } from 'backplane';
      export default defineSettings(Type.Object({ key: Type.String() }));`;
    await using application = await Application.create(extension('desk', { 'config.ts': config }));
    const { code, stderr } = await application.run(['desk', 'open']);
    expect(code).to.equal(2);
    expect(stderr).to.include(
      'There is no command "desk open" while the extension "desk" does not run. It is blocked: needs settings: set DESK_KEY',
    );
  });

  it('says why the extensions could not be asked for an unknown command', async () => {
    await using application = await Application.create({}, { PORT: 'many' });
    const { code, stderr } = await application.run(['strat']);
    expect(code).to.equal(2);
    expect(stderr).to.include('PORT').and.include('Did you mean "start"?');
  });

  it('shows the message of an error only, and its stack with LOG_LEVEL=debug', async () => {
    await using application = await Application.create({}, { PORT: 'many' });
    const short = await application.run(['routes']);
    expect(short.code).to.equal(1);
    expect(short.stderr).to.include('PORT').and.not.include('    at ');
    const long = await application.run(['routes'], { LOG_LEVEL: 'debug' });
    expect(long.stderr).to.include('    at ');
  });
});

describe('a command of an extension', () => {
  it('runs with its arguments, options and services, without listening', async () => {
    await using application = await Application.create(extension('blog', { 'commands/hello.ts': hello }));
    const argv = ['blog', 'hello', 'Ada', 'Bob', 'Eve', '--times', '2', '--in-language', 'de'];
    const { code, stdout } = await application.run(argv);
    expect(code).to.equal(0);
    expect(JSON.parse(stdout)).to.deep.include({
      args: { visitor: 'Ada', others: ['Bob', 'Eve'] },
      options: { loud: false, times: 2, inLanguage: 'de' },
    });
  });

  it('has its help, and is listed in that of the words before it', async () => {
    await using application = await Application.create(extension('blog', { 'commands/hello.ts': hello }));
    const own = await application.run(['blog', 'hello', '--help']);
    expect(own.code).to.equal(0);
    expect(own.stdout).to.include('<visitor>').and.include('--in-language').and.include('hello Ada --loud');
    const group = await application.run(['blog', '--help']);
    expect(group.code).to.equal(0);
    expect(group.stdout).to.include('Greets somebody');
  });

  it('is checked like any other', async () => {
    await using application = await Application.create(extension('blog', { 'commands/hello.ts': hello }));
    for (const argv of [
      ['blog', 'hello'],
      ['blog', 'hello', 'Ada', '--times', 'often'],
      ['blog', 'hello', 'Ada', '--in-language', 'fr'],
      ['blog', 'helo', 'Ada'],
      ['blog'],
    ]) {
      expect((await application.run(argv)).code, argv.join(' ')).to.equal(2);
    }
  });

  it('fails with what it throws', async () => {
    await using application = await Application.create(extension('blog', { 'commands/fail.ts': failing }));
    const { code, stderr } = await application.run(['fail']);
    expect(code).to.equal(1);
    expect(stderr).to.include('out of paper').and.not.include('    at ');
  });

  it('may not take the name of a command of the kernel', async () => {
    const taken = hello.replace("'blog hello'", "'routes mine'");
    await using application = await Application.create(extension('blog', { 'commands/hello.ts': taken }));
    const { stdout } = await application.run(['extension', 'why', 'blog']);
    expect(stdout).to.include('The command "routes" is contributed by "kernel", "blog"');
  });
});
