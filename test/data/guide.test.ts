import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { writeFiles } from '../../kernel/testing/write-files.ts';

const packageFolder = resolve(import.meta.dirname, '../..');
const main = join(packageFolder, 'kernel/cli/main.mjs');
const guide = readFileSync(join(packageFolder, 'docs/data.md'), 'utf8');

/** The files of the guide: each is a code block below its path. */
function files(): Record<string, string> {
  const blocks = guide.matchAll(/^`([^`\n]+\/[^`\n]+)`\n\n```\w+\n(.*?)^```$/gms);
  return Object.fromEntries([...blocks].map(([, path = '', content = '']) => [path, content]));
}

/** The code blocks that are no files, each a module that has what the guide speaks of: `data`, `author` and so on. */
function snippets(): string[] {
  const known = Object.values(files());
  const blocks = [...guide.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code);
  return blocks
    .filter((code) => !known.includes(code))
    .map((code) => {
      const from = /await posts\.|const post = /.test(code) ? 'author' : 'author, post';
      return `import { Author, Comment, Post, Tag, catalog, data, ${from} } from './prelude.ts';\n${code}`;
    });
}

/** What `scripts/report.ts` sets up, with two rows to speak of. */
function prelude(): string {
  const [setup = ''] = (files()['scripts/report.ts'] ?? '').split('await data.factory');
  return `${setup.replace('await using', 'const')}
const author = await data.factory(Author).create();
const post = await data.factory(Post).for('author', author).create();
export { Author, Comment, Post, Tag, catalog, data, databases, author, post };
`;
}

/** An application with the files of the guide, in which `backplane` and chai are installed. */
function install(): Disposable & { path: string; run: (...given: string[]) => Promise<string> } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'backplane-data-guide-')));
  writeFiles(path, { 'package.json': { type: 'module' }, ...files() });
  mkdirSync(join(path, 'node_modules'));
  symlinkSync(packageFolder, join(path, 'node_modules/backplane'), 'junction');
  symlinkSync(join(packageFolder, 'node_modules/chai'), join(path, 'node_modules/chai'), 'junction');
  const env = { PATH: process.env.PATH, EXTENSIONS: 'blog', PORT: '0' };
  return {
    path,
    run: async (...given) =>
      (await promisify(execFile)(process.execPath, ['--no-warnings', ...given], { cwd: path, env })).stdout,
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

describe('the guide to data', () => {
  it('has examples that work as they stand, from an entity to its tests', async () => {
    using application = install();
    const made = await application.run(main, 'db', 'make');
    expect(guide).to.contain(made.trim());
    expect(await application.run(main, 'db', 'migrate')).to.contain('applied blog/0001_initial');
    expect(await application.run(main, 'db', 'seed')).to.contain('1 of 1 seeds ran.');
    expect(await application.run(main, 'test', 'blog')).to.contain('2 passing');
    expect((await application.run('scripts/report.ts')).trim()).to.equal('6');
  }).timeout(60_000);

  it('has lines of code that run', async () => {
    using application = install();
    await application.run(main, 'db', 'make');
    const modules = snippets().map((code, index) => [`scripts/${index}.ts`, code] as const);
    expect(modules.length).to.be.greaterThan(12);
    const all = modules.map(([path]) => `await import('../${path}');\n`).join('');
    writeFiles(application.path, {
      ...Object.fromEntries(modules),
      'scripts/prelude.ts': prelude(),
      'scripts/all.ts': `${all}await (await import('./prelude.ts')).databases.close();\n`,
    });
    await application.run('scripts/all.ts');
  }).timeout(60_000);
});
