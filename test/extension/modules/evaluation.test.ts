import { expect } from 'chai';
import { exportsOf, failureOf, Workspace } from './workspace.ts';

describe('evaluation of modules', () => {
  it('evaluates index.ts and config.ts at once and every other file when it is imported, once', async () => {
    await using workspace = await Workspace.create();
    const blog = await workspace.blog({
      'index.ts': `export const log: string[] = ['index'];`,
      'config.ts': `export default 'settings';`,
      'routes/a.ts': `import { log } from '../index.ts'; log.push('a'); export default 1;`,
      'routes/b.ts': `import { log } from '../index.ts'; log.push('b'); export default 2;`,
    });
    const { log } = exportsOf(blog.index);
    expect(exportsOf(blog.config)).to.deep.equal({ default: 'settings' });
    expect(log).to.deep.equal(['index']);
    const [once, again] = await Promise.all([blog.import('routes/b.ts'), blog.import('routes/b.ts')]);
    expect(once).to.equal(again);
    expect(log).to.deep.equal(['index', 'b']);
  });

  it('loads an extension of routes alone', async () => {
    await using workspace = await Workspace.create();
    const blog = await workspace.blog({ 'routes/a.ts': 'export default 1;' });
    expect([blog.index, blog.config]).to.deep.equal([undefined, undefined]);
    expect(exportsOf(await blog.import('routes/a.ts')).default).to.equal(1);
  });

  it('waits for top-level await, in the entry and in files', async () => {
    await using workspace = await Workspace.create();
    const blog = await workspace.blog({
      'index.ts': `import { a } from './a.ts'; export const b = a + await Promise.resolve(1);`,
      'a.ts': `export const a: number = await new Promise((done) => setImmediate(done, 1));`,
      'routes/c.ts': `import { b } from '../index.ts'; export default b + await 1;`,
    });
    expect(exportsOf(blog.index).b).to.equal(2);
    expect(exportsOf(await blog.import('routes/c.ts')).default).to.equal(3);
  });

  it('takes default and named imports of CommonJS and ECMAScript packages as Node does', async () => {
    await using workspace = await Workspace.create();
    const source = `import cjs, { named } from 'a-cjs'; import * as all from 'a-cjs';
      import esm, { other } from 'an-esm'; import data from 'a-cjs/data.json' with { type: 'json' };
      export default { cjs, named, keys: Object.keys(all).sort(), esm, other, data };
      export const late = () => import('an-esm');`;
    await workspace.write('blog', {
      'node_modules/a-cjs/package.json': '{"name":"a-cjs","main":"main.js"}',
      'node_modules/a-cjs/main.js': `exports.named = 1; exports.default = 'inner'; exports.__esModule = true;`,
      'node_modules/a-cjs/data.json': '{"a":1}',
      'node_modules/an-esm/package.json': '{"name":"an-esm","type":"module","exports":"./main.js"}',
      'node_modules/an-esm/main.js': `export default { esm: true }; export const other = 2;`,
    });
    const blog = await workspace.blog({ 'index.ts': source });
    await workspace.write('blog', { 'node.mjs': source });
    const native: object = await import(`${workspace.folder('blog')}/node.mjs`);
    expect(exportsOf(blog.index).default).to.deep.equal(exportsOf(native).default);
    const late = await (exportsOf(blog.index).late as () => Promise<object>)();
    expect(exportsOf(late).other).to.equal(2);
  });

  it('imports JSON files', async () => {
    await using workspace = await Workspace.create();
    const blog = await workspace.blog({
      'index.ts': `import data from './data.json' with { type: 'json' }; export default data;`,
      'data.json': '{"title":"Blög"}',
    });
    expect(exportsOf(blog.index).default).to.deep.equal({ title: 'Blög' });
  });

  it('gives import.meta of the source files', async () => {
    await using workspace = await Workspace.create();
    const meta = `const { url, dirname, filename } = import.meta;\nexport default { url, dirname, filename };`;
    const blog = await workspace.blog({
      'index.ts': meta,
      'routes/deep/a.ts': `#!/usr/bin/env node\n${meta}`,
    });
    const folder = workspace.folder('blog');
    const place = (dirname: string, name: string) => {
      return { url: `file://${dirname}/${name}`, dirname, filename: `${dirname}/${name}` };
    };
    expect(exportsOf(blog.index).default).to.deep.equal(place(folder, 'index.ts'));
    const deep = await blog.import('routes/deep/a.ts');
    expect(exportsOf(deep).default).to.deep.equal(place(`${folder}/routes/deep`, 'a.ts'));
  });

  it('follows import() of a literal path, evaluated when it is called', async () => {
    await using workspace = await Workspace.create();
    const blog = await workspace.blog({
      'index.ts': `export const lazy = () => import('./lazy.ts'); export const seen: string[] = [];`,
      'lazy.ts': `import { seen } from './index.ts'; seen.push('lazy'); export const value = 5;`,
    });
    const { lazy, seen } = exportsOf(blog.index);
    expect(seen).to.deep.equal([]);
    expect(exportsOf(await (lazy as () => Promise<object>)()).value).to.equal(5);
    expect(seen).to.deep.equal(['lazy']);
  });

  it('keeps the names of functions and classes that several files declare', async () => {
    await using workspace = await Workspace.create();
    const same = `export class Post {} export const list = () => 1; export function show() {}
      export const nested = () => {
        const inner = () => {
          return 1;
        };
        const short = (a: number) => a;
        function declared() {}
        return [inner, short, declared];
      };
      export default [Post, list, show, ...nested()].map((each) => each.name);`;
    const blog = await workspace.blog({ 'index.ts': same, 'routes/a.ts': same, 'routes/b.ts': same });
    const names = ['Post', 'list', 'show', 'inner', 'short', 'declared'];
    for (const each of [blog.index, await blog.import('routes/a.ts'), await blog.import('routes/b.ts')]) {
      expect(exportsOf(each).default).to.deep.equal(names);
    }
  });

  it('says where a file threw, with the thrown error as the cause', async () => {
    await using workspace = await Workspace.create();
    const blog = workspace.blog({ 'index.ts': `export const a = 1;\n\nthrow new RangeError('too far');` });
    const error = await failureOf(blog);
    expect(error).to.include({ code: 'MODULE_THREW' });
    expect(error.message).to.equal('Extension "blog", index.ts:3:7: threw while it was evaluated: too far');
    expect(error.cause).to.be.instanceOf(RangeError);
  });

  it('fails every import of a file that threw', async () => {
    await using workspace = await Workspace.create();
    const blog = await workspace.blog({ 'routes/a.ts': `export const a = 1;\n\nthrow new Error('no');` });
    expect((await failureOf(blog.import('routes/a.ts'))).message).to.contain('routes/a.ts:3:7');
    expect(await failureOf(blog.import('routes/a.ts'))).to.equal(await failureOf(blog.import('routes/a.ts')));
  });

  it('ends an evaluation that never ends by itself', async () => {
    await using workspace = await Workspace.create({ timeLimit: 50 });
    const never = 'await new Promise(() => {}); export default 1;';
    const error = await failureOf(workspace.blog({ 'index.ts': never }));
    expect(error).to.include({ code: 'MODULE_TIMEOUT' });
    expect(error.message).to.contain('"blog", index.ts').and.to.contain('50 ms');
    const blog = await workspace.blog({ 'index.ts': '', 'routes/a.ts': never });
    expect((await failureOf(blog.import('routes/a.ts'))).message).to.contain('"blog", routes/a.ts');
  });

  it('names the nearest file when an unknown one is asked for', async () => {
    await using workspace = await Workspace.create();
    const blog = await workspace.blog({ 'routes/posts.ts': '' });
    const error = await failureOf(blog.import('routes/post.ts'));
    expect(error.message)
      .to.contain('no file "routes/post.ts"')
      .and.to.contain('Did you mean "routes/posts.ts"?');
  });
});
