import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { FaultList } from '../../../kernel/errors.ts';
import { exportsOf, type Files, failureOf, Workspace } from './workspace.ts';

describe('rules for imports', () => {
  const refused: readonly [what: string, files: Files, code: string, ...parts: string[]][] = [
    [
      'a missing export of a local file',
      { 'index.ts': `\nimport { helo } from './a.ts'; helo();`, 'a.ts': 'export const hello = 1;' },
      'MODULE_EXPORT_MISSING',
      'index.ts:2:10',
      'a.ts has no export named "helo"',
      'Did you mean "hello"?',
    ],
    [
      'an export of a local file that has none',
      { 'index.ts': `import { a } from './a.ts'; a();`, 'a.ts': '' },
      'MODULE_EXPORT_MISSING',
      'a.ts has no export named "a"',
    ],
    [
      'a missing export of a package',
      {
        'index.ts': '',
        'routes/a.ts': `import { Type, Tipe } from 'typebox';\nexport default [Type, Tipe];`,
      },
      'MODULE_EXPORT_MISSING',
      'routes/a.ts:1',
      'typebox has no export named "Tipe"',
      'Did you mean "Type"?',
    ],
    [
      'a missing export of the kernel',
      { 'index.ts': `import { nonsense } from 'backplane'; nonsense();` },
      'MODULE_EXPORT_MISSING',
      'backplane has no export named "nonsense"',
    ],
    [
      'a missing export of a neighbour',
      { 'index.ts': `import { senb } from '../email/index.ts'; senb();` },
      'MODULE_EXPORT_MISSING',
      'extension "email" has no export named "senb"',
      'Did you mean "send"?',
    ],
    [
      'a missing default export of a package',
      { 'index.ts': `import typebox from 'an-esm'; typebox();` },
      'MODULE_EXPORT_MISSING',
      'an-esm has no export named "default"',
    ],
    [
      'a neighbour that is not declared',
      { 'index.ts': `import { x } from '../payment/index.ts'; x();` },
      'MODULE_NEIGHBOUR_UNDECLARED',
      'index.ts:1',
      '"payment"',
      '"dependencies"',
    ],
    [
      'a file of a neighbour other than its entry',
      { 'index.ts': `import { x } from '../email/smtp.ts'; x();` },
      'MODULE_IMPORT_OUTSIDE',
      'index.ts:1:19',
      '../email/smtp.ts',
    ],
    [
      'a path that leaves the folder',
      { 'routes/a.ts': `import { x } from '../../../kernel/errors.ts'; x();` },
      'MODULE_IMPORT_OUTSIDE',
      'routes/a.ts:1:19',
    ],
    ['an absolute path', { 'index.ts': `import '/etc/passwd.ts';` }, 'MODULE_IMPORT_OUTSIDE', 'index.ts:1:8'],
    ['a URL', { 'index.ts': `import 'file:///etc/passwd.ts';` }, 'MODULE_IMPORT_OUTSIDE'],
    [
      'a path that leaves the folder, imported late',
      { 'index.ts': `export const x = () => import('../../x.ts');` },
      'MODULE_IMPORT_OUTSIDE',
      'index.ts:1:31',
    ],
    [
      'import() of a variable',
      { 'index.ts': `export const x =\n  (name: string) => import(name);` },
      'MODULE_IMPORT_VARIABLE',
      'index.ts:2:21',
      'literal',
    ],
    [
      'import() of a pattern',
      { 'index.ts': `export const x = (name: string) => import('./lib/' + name + '.ts');`, 'lib/a.ts': '' },
      'MODULE_IMPORT_VARIABLE',
      'index.ts:1',
    ],
    [
      'a package that is not installed',
      { 'routes/a.ts': `\nimport x from '@some/where/deep';\nx();` },
      'MODULE_PACKAGE_MISSING',
      'routes/a.ts:2:15',
      'npm install @some/where"',
    ],
    [
      'a path of a package that it does not export',
      { 'index.ts': `import x from 'an-esm/inner.js'; x();` },
      'MODULE_PACKAGE_FAILED',
      'index.ts:1',
      './inner.js',
    ],
    [
      'a package that fails',
      { 'index.ts': `import 'throws';` },
      'MODULE_PACKAGE_FAILED',
      '"throws" failed: on purpose',
    ],
    [
      'a file that is not there',
      { 'index.ts': `import { a } from './lib/a.js'; a();`, 'lib/a.ts': 'export const a = 1;' },
      'MODULE_FILE_MISSING',
      'index.ts:1:19',
      'Did you mean "./lib/a.ts"?',
    ],
    [
      'a file of the tests, whose changes would go unseen',
      { 'index.ts': `import './test/helper.ts';`, 'test/helper.ts': '' },
      'MODULE_IMPORT_IGNORED',
      'test/helper.ts',
    ],
    [
      'JSON that is not declared as such',
      { 'index.ts': `import a from './a.json'; a;`, 'a.json': '{}' },
      'MODULE_KIND_UNKNOWN',
      `with { type: 'json' }`,
    ],
    [
      'a file of unknown kind',
      { 'index.ts': `import './a.css';`, 'a.css': '' },
      'MODULE_KIND_UNKNOWN',
      'a.css',
    ],
    [
      'a syntax error',
      { 'index.ts': 'export const a = 1;\nexport const b = ;' },
      'MODULE_SYNTAX',
      'index.ts:2:18',
    ],
  ];

  for (const [what, files, code, ...parts] of refused) {
    it(`refuse ${what}`, async () => {
      await using workspace = await Workspace.create();
      await workspace.write('blog', {
        'node_modules/an-esm/package.json': '{"name":"an-esm","type":"module","exports":"./main.js"}',
        'node_modules/an-esm/main.js': `export const other = 2;`,
        'node_modules/throws/index.js': `throw new Error('on purpose');`,
      });
      const error = await failureOf(workspace.blog(files, { neighbours: { email: { send: () => 1 } } }));
      expect(error).to.include({ code });
      for (const part of ['Extension "blog"', ...parts]) expect(error.message).to.contain(part);
    });
  }

  it('report everything that is wrong at once', async () => {
    await using workspace = await Workspace.create();
    const inSources = workspace.blog({
      'index.ts': `import '../../a.ts'; import './gone.ts';`,
      'routes/a.ts': 'export default ;',
      'routes/b.ts': 'export const a = (b: string) => import(b); export default {;',
    });
    const list = await failureOf(inSources);
    expect(list).to.be.instanceOf(FaultList);
    const codes =
      list instanceof FaultList ? list.errors.map((each) => 'code' in each && each.code).sort() : [];
    expect(codes).to.deep.equal([
      'MODULE_FILE_MISSING',
      'MODULE_IMPORT_OUTSIDE',
      'MODULE_SYNTAX',
      'MODULE_SYNTAX',
    ]);
    await workspace.write('shop', {
      'index.ts': `import { a } from 'typebox'; import { b } from 'ext:gone'; import { c } from 'backplane'; a(b, c);`,
    });
    expect(await failureOf(workspace.load('shop')))
      .to.be.instanceOf(FaultList)
      .and.to.have.nested.property('errors.length', 3);
  });

  it('let type-only imports cross the boundary', async () => {
    await using workspace = await Workspace.create();
    const blog = await workspace.blog({
      'index.ts': `import type { Mail } from '../email/mail.ts';
        import type { Kernel } from '../../kernel/kernel.ts';
        export const mail = (mail: Mail, kernel?: Kernel): unknown => [mail, kernel];`,
    });
    expect(exportsOf(blog.index).mail).to.be.a('function');
    expect(blog.neighbours).to.deep.equal([]);
  });

  it('take files through symbolic links for files of the extension', async () => {
    await using workspace = await Workspace.create();
    await workspace.write('shared', { 'word.ts': `export const url = import.meta.url;` });
    await workspace.write('blog', { 'index.ts': `export { url } from './linked/word.ts';` });
    await symlink(workspace.folder('shared'), join(workspace.folder('blog'), 'linked'));
    const blog = await workspace.load('blog');
    expect(exportsOf(blog.index).url).to.equal(`file://${workspace.folder('blog')}/linked/word.ts`);
  });

  it('list the files to collect, the inputs to watch and the neighbours', async () => {
    await using workspace = await Workspace.create();
    const blog = await workspace.blog({
      'index.ts': `import './lib.ts'; import data from './data.json' with { type: 'json' }; export { data };`,
      'lib.ts': '',
      'data.json': '1',
      'unused.ts': '',
      'routes/b.ts': '',
      'routes/a/deep.ts': '',
      'routes/_helper.ts': '',
      'routes/types.d.ts': '',
      'routes/a.test.ts': '',
      'test/a.ts': '',
      'docs/a.ts': '',
      '.git/a.ts': '',
    });
    expect(blog.files).to.deep.equal(['routes/a/deep.ts', 'routes/b.ts']);
    const inputs = ['data.json', 'index.ts', 'lib.ts', 'routes/a/deep.ts', 'routes/b.ts'];
    expect(blog.inputs).to.deep.equal(inputs.map((file) => join(workspace.folder('blog'), file)));
  });
});
