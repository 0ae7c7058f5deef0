import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { loadSources } from '../../kernel/settings/index.ts';

describe('the sources of settings', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'backplane-settings-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function write(file: string, text: string): Promise<void> {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), text);
  }

  async function failure(): Promise<Error> {
    try {
      await loadSources({ root, env: {} });
    } catch (error) {
      if (error instanceof Error) return error;
    }
    throw new Error('was expected to fail');
  }

  it('are empty for an application that has neither .env nor config/', async () => {
    const { environment, dotenv, config } = await loadSources({ root, env: { A: '1' } });
    expect([environment, dotenv, config.size]).to.deep.equal([{ A: '1' }, {}, 0]);
  });

  it('are .env with comments, quotes and several lines, the environment, and typed configuration files', async () => {
    await write('.env', '# comment\nA="one two"\nexport B=2 # trailing\nKEY="line 1\nline 2"\n');
    await write(
      'config/blog.ts',
      'interface Blog { title: string }\nexport default { title: "x" } satisfies Blog;\n',
    );
    await write('config/kernel.mjs', 'export default { port: 1 };\n');
    await write('config/types.d.ts', 'export {};\n');
    await write('config/README.md', 'not a module');
    const { dotenv, config } = await loadSources({ root, env: {} });
    expect(dotenv).to.deep.equal({ A: 'one two', B: '2', KEY: 'line 1\nline 2' });
    expect([...config]).to.deep.equal([
      ['blog', { file: 'config/blog.ts', values: { title: 'x' } }],
      ['kernel', { file: 'config/kernel.mjs', values: { port: 1 } }],
    ]);
  });

  it('warn of lines of .env that say nothing, without their text', async () => {
    await write(
      '.env',
      'A=1\r\nPORT: 3000\n\n# fine\nB="two\nlines"\nEMPTY=\n  export C = \'x\' # fine\njust words\n',
    );
    const { dotenv, warnings } = await loadSources({ root, env: {} });
    expect(dotenv).to.include({ A: '1', B: 'two\nlines', C: 'x' });
    expect(warnings).to.deep.equal([
      '.env, line 2: it is passed over; write NAME=value.',
      '.env, line 9: it is passed over; write NAME=value.',
    ]);
  });

  it('are read anew when they are edited, and tell whether they changed', async () => {
    await write('config/blog.ts', 'export default { title: "a" };');
    await write('.env', 'A=1');
    const first = await loadSources({ root, env: {} });
    expect((await loadSources({ root, env: {} })).fingerprint).to.equal(first.fingerprint);
    await write('config/blog.ts', 'export default { title: "b" };');
    const second = await loadSources({ root, env: {} });
    expect(second.config.get('blog')?.values).to.deep.equal({ title: 'b' });
    await write('.env', 'A=2');
    const third = await loadSources({ root, env: {} });
    expect(third.dotenv).to.deep.equal({ A: '2' });
    expect(new Set([first, second, third].map(({ fingerprint }) => fingerprint))).to.have.property('size', 3);
  });

  it('report every file that cannot be used, with its reason', async () => {
    await write('config/broken.ts', 'export default {\n  title: ;');
    await write('config/list.ts', 'export default [1];');
    await write('config/none.ts', 'export const title = 1;');
    await write('config/throws.ts', 'throw new Error("no luck");');
    await write('config/twice.ts', 'export default {};');
    await write('config/twice.js', 'export default {};');
    const { message } = await failure();
    expect(message).to.match(/^config\/broken\.ts:2 cannot be used: /m);
    expect(message).to.include('config/list.ts cannot be used: its default export must be an object');
    expect(message).to.include('config/none.ts cannot be used: its default export must be an object');
    expect(message).to.include('config/throws.ts:1 cannot be used: no luck');
    expect(message).to.include(
      'config/twice.ts cannot be used: config/twice.js is there too; keep one of them',
    );
  });

  it('report a file whose evaluation never ends', async () => {
    await write('config/endless.ts', 'await new Promise(() => {}); export default {};');
    const loading = loadSources({ root, env: {}, timeLimit: 20 });
    const error: unknown = await loading.catch((thrown: unknown) => thrown);
    expect(String(error)).to.match(
      /config\/endless\.ts cannot be used: its evaluation did not end within 20 ms/,
    );
  });

  it('report an .env that cannot be read', async () => {
    await mkdir(join(root, '.env'));
    expect((await failure()).message).to.match(/^\.env cannot be used: EISDIR/);
  });
});
