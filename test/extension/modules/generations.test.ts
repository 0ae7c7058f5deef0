import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { exportsOf, Workspace } from './workspace.ts';

describe('generations of modules', () => {
  it('evaluate every file of the extension anew', async () => {
    await using workspace = await Workspace.create();
    const files = {
      'index.ts': `import { deep } from './lib/deep.ts'; export { deep }; export const token: object = {};`,
      'lib/deep.ts': `import { deeper } from './deeper.ts'; export const deep = { deeper };`,
      'lib/deeper.ts': `export const deeper: object = {};`,
      'routes/posts.ts': `import { deep } from '../lib/deep.ts'; export default { deep };`,
    };
    const first = await workspace.blog(files);
    const second = await workspace.load('blog');
    const posts = await Promise.all([first, second].map((each) => each.import('routes/posts.ts')));
    const [one, two] = posts.map((each) => exportsOf(each).default as { deep: { deeper: object } });
    expect(exportsOf(first.index).token).not.to.equal(exportsOf(second.index).token);
    expect(one?.deep).not.to.equal(two?.deep);
    expect(one?.deep.deeper).not.to.equal(two?.deep.deeper);
    expect(one?.deep, 'one generation shares its modules').to.equal(exportsOf(first.index).deep);
  });

  it('show an edit of any file, and leave the earlier generation as it was', async () => {
    await using workspace = await Workspace.create();
    const first = await workspace.blog({
      'index.ts': `import { word } from './word.ts'; export const say = (): string => word();`,
      'word.ts': `export const word = (): string => 'old';`,
    });
    const second = await workspace.blog({ 'word.ts': `export const word = (): string => 'new';` });
    const say = (modules: typeof first) => (exportsOf(modules.index).say as () => string)();
    expect([say(first), say(second)]).to.deep.equal(['old', 'new']);
  });

  it('keep the identity of packages and of the kernel, whatever stands around the folder', async () => {
    await using workspace = await Workspace.create();
    const files = {
      'index.ts': `export * as kernel from 'backplane';
        export { Type } from 'typebox';
        export { default as express } from 'express';
        export { default as semver } from 'semver';
        export { EventEmitter } from 'node:events';`,
    };
    await workspace.write('blog', {
      'node_modules/backplane/index.js': 'module.exports = { decoy: true };',
      'node_modules/typebox/index.js': 'exports.Type = { decoy: true };',
    });
    const first = exportsOf((await workspace.blog(files)).index);
    const second = exportsOf((await workspace.load('blog')).index);
    expect(first).to.deep.equal(second);
    expect(first.kernel).to.equal(await import('backplane'));
    expect(first.Type).to.equal((await import('typebox')).Type);
    expect(first.express).to.equal((await import('express')).default);
    expect(first.semver, 'a package that only the host has').to.equal((await import('semver')).default);
    expect(first.EventEmitter).to.equal((await import('node:events')).EventEmitter);
  });

  it('see the neighbour that they are given, not the one of an earlier load', async () => {
    await using workspace = await Workspace.create();
    await workspace.write('email', { 'index.ts': `export const made: object = {}; export default made;` });
    await workspace.write('blog', {
      'index.ts': `import fallback, { made } from '../email/index.ts';
        import * as email from 'ext:email';
        export { made, fallback, email };
        export const late = () => import('../email/index.ts');`,
    });
    for (const email of [await workspace.load('email'), await workspace.load('email')]) {
      const blog = await workspace.load('blog', { neighbours: { email: email.index ?? {} } });
      const found = exportsOf(blog.index);
      expect(blog.neighbours).to.deep.equal(['email']);
      expect(found.made).to.equal(exportsOf(email.index).made);
      expect(found.fallback).to.equal(found.made);
      expect(found.email).to.equal(email.index);
      expect(await (found.late as () => Promise<object>)()).to.equal(email.index);
    }
  });

  it('are collected when nothing uses them any more', async () => {
    await using workspace = await Workspace.create();
    await workspace.write('email', { 'index.ts': 'export class Mail {}' });
    await workspace.write('blog', {
      'index.ts': `import { Mail } from '../email/index.ts'; import * as kernel from 'backplane';
        export const marker = { Mail, kernel, bulk: new Array(10_000).fill(0) };`,
      'routes/posts.ts': `import { marker } from '../index.ts'; await 1; export default () => marker;`,
    });
    const script = new URL('collected-generations.ts', import.meta.url).pathname;
    const args = ['--expose-gc', '--no-warnings', script, workspace.root];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const { loaded, collected } = JSON.parse(stdout) as { loaded: number; collected: number };
    expect(loaded).to.equal(200);
    expect(collected, 'all but the last few, which the stack may still hold').to.be.at.least(197);
  });
});
