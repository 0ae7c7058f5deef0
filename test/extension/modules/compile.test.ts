import { createRequire } from 'node:module';
import { expect } from 'chai';
import { compileArtefact } from '../../../kernel/extension/modules/compile.ts';
import { GenerationRuntime } from '../../../kernel/extension/modules/generation-runtime.ts';

describe('Module#_compile', () => {
  it('compiles a text that declares what it exports, maps its stacks, and enters no cache', async () => {
    process.setSourceMapsEnabled(true);
    const filename = '/nowhere/extension/.0123.js';
    // The third line of the text is the seventh of the source.
    const map = { version: 3, sources: ['source.ts'], names: [], mappings: ';;AAMA' };
    const url = Buffer.from(JSON.stringify(map)).toString('base64');
    const text = [
      `// header`,
      `'use strict';module.exports={from:(s,o)=>import(s,o),run:(async function($backplane,$imports,$mport){`,
      `$backplane.define({ index: $imports[0], files: {}, error: new Error('mapped') });})};`,
      `//# sourceMappingURL=data:application/json;base64,${url}`,
    ].join('\n');
    const { run, from } = compileArtefact(text, filename);
    const runtime = new GenerationRuntime('/nowhere/extension');
    const namespace = {};
    await run(runtime, [namespace], from, {});
    expect(runtime.parts.index).to.equal(namespace);
    const error = 'error' in runtime.parts ? runtime.parts.error : undefined;
    expect(error)
      .to.be.instanceOf(Error)
      .and.to.have.property('stack')
      .that.contains('/extension/source.ts:7');
    expect(createRequire(import.meta.url).cache).not.to.have.property(filename);
    expect(await from('node:path'), 'import() works in it').to.equal(await import('node:path'));
  });

  it('refuses a text that is no artefact', () => {
    expect(() => compileArtefact('module.exports = 1;', '/nowhere/a.js')).to.throw(
      TypeError,
      'not an artefact',
    );
  });
});
