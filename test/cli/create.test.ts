import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { Application } from './application.ts';

const repository = resolve(import.meta.dirname, '../..');

/** An application that has Backplane installed, by a link. */
async function createApplication(): Promise<Application> {
  const packageJson = JSON.stringify({ name: 'application', type: 'module' });
  const application = await Application.create({ 'package.json': packageJson }, { EXTENSIONS: undefined });
  await mkdir(join(application.root, 'node_modules'));
  await symlink(repository, join(application.root, 'node_modules/backplane'), 'dir');
  return application;
}

function check(application: Application, program: string, ...words: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(join(repository, 'node_modules/.bin', program), words, {
    cwd: application.root,
    encoding: 'utf8',
  });
  expect(status, `${program}:\n${stdout}${stderr}`).to.equal(0);
}

describe('extension create', () => {
  for (const name of ['blog', 'a-quite-long-name-of-extension']) {
    it(`writes "${name}" so that it runs and passes its own tests, tsc and biome`, async () => {
      await using application = await createApplication();
      const { code, stdout } = await application.run(['extension', 'create', name]);
      expect(code).to.equal(0);
      const folder = `extensions/${name}`;
      expect(stdout).to.include(`${folder}/manifest.json`).and.include(`${folder}/README.md`);

      const answer = `(await kernel.inject('GET', '/${name}/greetings/Ada')).json()`;
      const answered = await application.run(['shell', '--json', '--eval', answer], { EXTENSIONS: name });
      expect(JSON.parse(answered.stdout)).to.deep.equal({ message: 'Hello, Ada!' });

      const tested = await application.run(['test', name]);
      expect(tested.code, tested.stdout + tested.stderr).to.equal(0);
      expect(tested.stdout).to.include('2 passing');

      const types = join(repository, 'node_modules/@types');
      await symlink(types, join(application.root, 'node_modules/@types'), 'dir');
      await symlink(
        join(repository, 'node_modules/chai'),
        join(application.root, 'node_modules/chai'),
        'dir',
      );
      const tsconfig = { extends: join(repository, 'tsconfig.json'), include: ['extensions'], exclude: [] };
      const biome: { linter: unknown; formatter: unknown; javascript: unknown } = JSON.parse(
        await readFile(join(repository, 'biome.json'), 'utf8'),
      );
      const { linter, formatter, javascript } = biome;
      await application.write({
        'tsconfig.json': JSON.stringify(tsconfig),
        'biome.json': JSON.stringify({ linter, formatter, javascript }),
      });
      check(application, 'tsc', '--project', 'tsconfig.json');
      check(application, 'biome', 'ci', '--colors=off', folder);
    }).timeout(60_000);
  }

  it('writes to another folder with --path, and says how it is found there', async () => {
    await using application = await createApplication();
    const { code, stdout } = await application.run(['extension', 'create', 'blog', '--path', 'modules']);
    expect(code).to.equal(0);
    expect(await readdir(join(application.root, 'modules'))).to.deep.equal(['blog']);
    expect(stdout).to.include(`set EXTENSION_PATHS to ${join(application.root, 'modules')}`);
  });

  it('names the next commands as they work where npm runs it', async () => {
    await using application = await createApplication();
    const env = { npm_lifecycle_event: 'backplane' };
    const { stdout } = await application.run(['extension', 'create', 'blog'], env);
    expect(stdout).to.include('  npm run backplane -- test blog\n');
    const help = await application.run(['extension', 'create', '--help'], env);
    expect(help.stdout).to.include('$ npm run backplane -- extension create blog');
  });

  for (const name of ['health', 'docs']) {
    it(`refuses the name "${name}", below whose path others answer`, async () => {
      await using application = await createApplication();
      const { code, stderr } = await application.run(['extension', 'create', name]);
      expect(code).to.equal(1);
      expect(stderr).to.include(`below /${name}`);
    });
  }

  it('leaves what is there as it is', async () => {
    await using application = await createApplication();
    await application.write({ 'extensions/blog/notes.txt': 'mine' });
    const { code, stderr } = await application.run(['extension', 'create', 'blog']);
    expect(code).to.equal(1);
    expect(stderr).to.include('is there already and is left as it is');
    expect(await readdir(join(application.root, 'extensions/blog'))).to.deep.equal(['notes.txt']);
  });

  for (const [name, hint] of [
    ['Blog', 'Try "blog"'],
    ['authMfa', 'Try "auth-mfa"'],
    ['my_blog!', 'Try "my-blog"'],
    ['../blog', 'Try "blog"'],
    ['2fa', 'Try "fa"'],
    ['kernel', '"kernel" is the kernel itself'],
    ['é', 'must be lower-case words'],
  ] as const) {
    it(`explains what is wrong with the name "${name}"`, async () => {
      await using application = await createApplication();
      const { code, stderr } = await application.run(['extension', 'create', name]);
      expect(code).to.equal(1);
      expect(stderr).to.include(hint);
    });
  }
});
