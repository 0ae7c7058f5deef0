import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { artefactEnd } from '../../../kernel/extension/modules/artefact.ts';
import { hashFolder } from '../../../kernel/extension/modules/index.ts';
import { exportsOf, Workspace } from './workspace.ts';

const files = {
  'index.ts': `import { a } from './a.ts'; export const value: number = a; export const token: object = {};`,
  'a.ts': 'export const a = 1;',
};

async function artefacts(workspace: Workspace): Promise<string[]> {
  const found = await readdir(workspace.cache, { recursive: true, withFileTypes: true });
  return found.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
}

describe('artefacts', () => {
  it('are one file for each content, from which another loader evaluates afresh', async () => {
    await using workspace = await Workspace.create();
    const first = await workspace.blog(files);
    const [artefact = '', ...others] = await artefacts(workspace);
    expect(others).to.deep.equal([]);
    const text = (await readFile(artefact, 'utf8')).replace('a = 1', 'a = 2');
    const code = text.slice(0, text.lastIndexOf('//end'));
    await writeFile(artefact, code + artefactEnd(code));
    const second = await workspace.load('blog', { loader: workspace.newLoader() });
    expect(exportsOf(second.index).value, 'it was not built again').to.equal(2);
    expect(exportsOf(second.index).token).not.to.equal(exportsOf(first.index).token);
    expect(second.inputs).to.deep.equal(first.inputs);
  });

  it('are built again when they are damaged', async () => {
    await using workspace = await Workspace.create();
    await workspace.blog(files);
    const [artefact = ''] = await artefacts(workspace);
    for (const damaged of ['', '//{"files":', '//{}\n', 'x']) {
      await writeFile(artefact, damaged);
      const blog = await workspace.load('blog', { loader: workspace.newLoader() });
      expect(exportsOf(blog.index).value).to.equal(1);
    }
    expect((await readFile(artefact, 'utf8')).length).to.be.greaterThan(100);
  });

  it('of earlier contents go when the process that wrote them writes the next', async () => {
    await using workspace = await Workspace.create();
    for (const text of ['1', '2', '3']) await workspace.blog({ 'index.ts': `export default ${text};` });
    expect(await artefacts(workspace)).to.have.length(1);
  });

  it('serve the same content wherever it lies', async () => {
    await using workspace = await Workspace.create();
    const source = {
      'index.ts': `export const { dirname } = import.meta; export const fail = () => new Error('a');`,
    };
    for (const name of ['blog', 'copy']) {
      await workspace.write(name, source);
      const found = exportsOf((await workspace.load(name)).index);
      expect(found.dirname).to.equal(workspace.folder(name));
      expect((found.fail as () => Error)().stack).to.contain(`${workspace.folder(name)}/index.ts:1:`);
    }
    expect(await artefacts(workspace)).to.have.length(1);
  });

  it('are not kept under a hash that the folder no longer has', async () => {
    await using workspace = await Workspace.create();
    await workspace.write('blog', files);
    const folder = workspace.folder('blog');
    const { hash } = await hashFolder(folder);
    await workspace.write('blog', { 'a.ts': 'export const a = 2;' });
    const late = await workspace.loader.load({ name: 'blog', folder }, { hash, neighbour: () => undefined });
    expect(exportsOf(late.index).value).to.equal(2);
    expect(exportsOf((await workspace.blog(files)).index).value).to.equal(1);
  });

  it('are built anew when the file was cut off anywhere', async () => {
    await using workspace = await Workspace.create();
    await workspace.blog(files);
    const [artefact = ''] = await artefacts(workspace);
    const whole = await readFile(artefact, 'utf8');
    for (const share of [0, 0.3, 0.6, 0.99]) {
      await writeFile(artefact, whole.slice(0, Math.floor(whole.length * share)));
      const again = await workspace.load('blog', { loader: workspace.newLoader() });
      expect(exportsOf(again.index).value).to.equal(1);
    }
  });

  it('are built anew when the file was damaged in its midst', async () => {
    await using workspace = await Workspace.create();
    await workspace.blog({ 'index.ts': "export const value = 'as it was written';" });
    const [artefact = ''] = await artefacts(workspace);
    const whole = await readFile(artefact, 'utf8');
    await writeFile(artefact, whole.replace('as it was written', 'as it was damaged'));
    const again = await workspace.load('blog', { loader: workspace.newLoader() });
    expect(exportsOf(again.index).value).to.equal('as it was written');
  });

  it('leave the helpers of the compiler to be shared', async () => {
    await using workspace = await Workspace.create();
    await workspace.blog({ ...files, 'routes/a.ts': 'export default class {}' });
    const [artefact = ''] = await artefacts(workspace);
    const [header, ...code] = (await readFile(artefact, 'utf8')).split('\n');
    expect(header).to.contain('var __esm = ');
    expect(code.join('\n')).to.contain('__esm(').and.not.to.contain('var __esm = ');
  });

  it('may be written by several at once', async () => {
    await using workspace = await Workspace.create();
    await workspace.write('blog', files);
    const loaders = Array.from({ length: 8 }, () => workspace.newLoader());
    const loaded = await Promise.all(loaders.map((loader) => workspace.load('blog', { loader })));
    expect(loaded.map((each) => exportsOf(each.index).value)).to.deep.equal(Array(8).fill(1));
    expect(await artefacts(workspace), 'no temporary file is left').to.have.length(1);
  });

  it('stay in memory, with one warning, when the folder cannot be written', async () => {
    await using workspace = await Workspace.create();
    await workspace.write('blog', files);
    const loader = workspace.newLoader({ cache: join(workspace.folder('blog'), 'a.ts/cache') });
    for (const text of ['1', '2', '2']) {
      await workspace.write('blog', { 'a.ts': `export const a = ${text};` });
      expect(exportsOf((await workspace.load('blog', { loader })).index).value).to.equal(Number(text));
    }
    expect(workspace.warnings).to.have.length(1);
    expect(workspace.warnings[0]).to.include({ code: 'MODULE_CACHE_UNWRITABLE' });
    expect(workspace.warnings[0]?.message).to.contain('a.ts/cache');
  });

  it('stay in memory, without a warning, when there is no folder for them', async () => {
    await using workspace = await Workspace.create();
    await workspace.write('blog', files);
    const loader = workspace.newLoader({ cache: undefined });
    const [first, second] = [
      await workspace.load('blog', { loader }),
      await workspace.load('blog', { loader }),
    ];
    expect(exportsOf(first.index).token).not.to.equal(exportsOf(second.index).token);
    expect(workspace.warnings).to.deep.equal([]);
  });
});
