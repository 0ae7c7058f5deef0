import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { exportsOf, Workspace } from './workspace.ts';

const stackOf = (namespace: object | undefined): string => {
  const { fail } = exportsOf(namespace) as { fail: () => Error };
  return fail().stack ?? '';
};

describe('stacks of errors', () => {
  it('show the file and the line of the source', async () => {
    await using workspace = await Workspace.create();
    const blog = await workspace.blog({
      'index.ts': `import { Type }\n  from 'typebox';\ninterface Unused { a: string }\n\nexport { fail } from './lib/fail.ts';\nexport { Type };`,
      'lib/fail.ts': `type A = 1;\nexport function fail(): Error {\n  const here = import.meta.url;\n  return new Error(here);\n}`,
      'routes/a.ts': `\nimport { Type } from 'typebox';\nexport const fail = () => Type && new Error('a');`,
    });
    expect(stackOf(blog.index)).to.contain(`${workspace.folder('blog')}/lib/fail.ts:4:10`);
    expect(stackOf(await blog.import('routes/a.ts'))).to.contain(
      `${workspace.folder('blog')}/routes/a.ts:3:35`,
    );
  });

  it('show the lines of the generation that made them', async () => {
    await using workspace = await Workspace.create();
    const first = await workspace.blog({ 'index.ts': `export const fail = () => new Error('a');` });
    const second = await workspace.blog({ 'index.ts': `\n\n\nexport const fail = () => new Error('a');` });
    const again = await workspace.load('blog');
    expect(stackOf(first.index)).to.contain('/blog/index.ts:1:27');
    expect(stackOf(second.index)).to.contain('/blog/index.ts:4:27');
    expect(stackOf(again.index)).to.contain('/blog/index.ts:4:27');
  });

  it('show them still after the collector has run', async () => {
    await using workspace = await Workspace.create();
    const blog = await workspace.blog({ 'index.ts': `\n\nexport const fail = () => new Error('a');` });
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    for (let i = 0; i < 3; i += 1) {
      collect();
      await new Promise(setImmediate);
    }
    expect(stackOf(blog.index)).to.contain('/blog/index.ts:3:27');
  });
});
