import { expect } from 'chai';
import { exportsOf, failureOf, Workspace } from './workspace.ts';

const native = { native: true };

describe('native loading', () => {
  it('evaluates every file anew and keeps the identity of packages and neighbours', async () => {
    await using workspace = await Workspace.create(native);
    await workspace.write('email', { 'index.ts': 'export const mail: object = {};' });
    const email = await workspace.load('email');
    const neighbours = { email: email.index ?? {} };
    const first = await workspace.blog(
      {
        'index.ts': `import { token } from './a.ts'; import { mail } from '../email/index.ts';
          import { Type } from 'typebox'; import semver from 'semver'; import own from 'own';
          import data from './data.json' with { type: 'json' };
          export { token, mail, Type, semver, own, data };
          export const fail = () => new Error('a');
          export const { filename } = import.meta;`,
        'a.ts': 'export const token: object = {};',
        'data.json': '[1]',
        'config.ts': 'export default 1;',
        'routes/a.ts': `import { token } from '../a.ts'; export default token;`,
        'node_modules/own/package.json': '{"name":"own","type":"module","exports":{"import":"./main.js"}}',
        'node_modules/own/main.js': 'export default { own: true };',
      },
      { neighbours },
    );
    const second = await workspace.load('blog', { neighbours });
    const [one, two] = [exportsOf(first.index), exportsOf(second.index)];
    expect(one.token).not.to.equal(two.token);
    expect(exportsOf(await first.import('routes/a.ts')).default).to.equal(one.token);
    expect(one.mail).to.equal(exportsOf(email.index).mail);
    expect(one.own).to.equal(two.own).and.to.deep.equal({ own: true });
    expect(one.Type).to.equal((await import('typebox')).Type);
    expect(one.semver).to.equal((await import('semver')).default);
    expect(one.data).to.deep.equal([1]);
    expect(one.filename).to.equal(`${workspace.folder('blog')}/index.ts`);
    expect((one.fail as () => Error)().stack).to.match(/blog\/index\.ts\?generation=[^:]+:5:/);
    expect([first.files, first.neighbours]).to.deep.equal([['routes/a.ts'], ['email']]);
    expect(exportsOf(first.config).default).to.equal(1);
  });

  it('refuses what the bundles refuse', async () => {
    await using workspace = await Workspace.create(native);
    const refused = [
      [`import { Tipe } from 'typebox'; Tipe();`, 'MODULE_EXPORT_MISSING'],
      [`import { other } from './other.ts'; other();`, 'MODULE_EXPORT_MISSING'],
      [`import { x } from '../email/index.ts'; x();`, 'MODULE_NEIGHBOUR_UNDECLARED'],
      [`import '../../outside.ts';`, 'MODULE_IMPORT_OUTSIDE'],
      [`export const x = (name: string) => import(name);`, 'MODULE_IMPORT_VARIABLE'],
      [`\nthrow new Error('no');`, 'MODULE_THREW'],
      ['await new Promise(() => {});', 'MODULE_TIMEOUT'],
    ] as const;
    const loader = workspace.newLoader({ native: true, timeLimit: 300 });
    for (const [source, code] of refused) {
      const error = await failureOf(workspace.blog({ 'index.ts': source, 'other.ts': '' }, { loader }));
      expect(error, source).to.include({ code });
      if (code === 'MODULE_THREW') expect(error.message).to.contain('"blog", index.ts:2:7');
    }
  });
});
