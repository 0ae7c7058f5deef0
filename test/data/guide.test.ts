import { expect } from 'chai';
import { writeFiles } from '../../kernel/testing/write-files.ts';
import { cli, filesOf, installGuide, readGuide } from '../support/guide.ts';

const main = cli;
const guide = readGuide('docs/data.md');

const files = (): Record<string, string> => filesOf(guide);
const install = () => installGuide(guide, { EXTENSIONS: 'blog' });

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
