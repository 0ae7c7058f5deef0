import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';

const main = resolve(import.meta.dirname, '../../kernel/cli/main.mjs');

describe('the program', () => {
  const run = (file: string, ...options: readonly string[]) =>
    spawnSync(process.execPath, [...options, file, '--version'], { encoding: 'utf8' });

  it('runs as it is on disk', () => {
    expect(run(main).status).to.equal(0);
    if (process.platform !== 'win32') expect(statSync(main).mode & 0o111).to.equal(0o111);
  });

  it('ends quietly when nobody reads its output to the end', async () => {
    const child = spawn(process.execPath, [main, 'extension', 'list', '--json'], {
      env: { ...process.env, EXTENSIONS: '', PORT: '0' },
    });
    let stderr = '';
    child.stderr.on('data', (data: Buffer) => {
      stderr += data.toString();
    });
    child.stdout.destroy();
    const [code] = await once(child, 'close');
    expect(code).to.equal(0);
    expect(stderr).not.to.include('EPIPE');
  });

  it('tells an old Node in one sentence what to do', () => {
    const old = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.0' } });`;
    const { status, stderr } = run(main, `--import=data:text/javascript,${encodeURIComponent(old)}`);
    expect(status).to.equal(1);
    expect(stderr).to.match(/^Backplane needs Node 24 or newer.* "npm start" .*\n$/);
  });

  it('says that it cannot run from node_modules, and what can', () => {
    const folder = mkdtempSync(join(tmpdir(), 'backplane-main-'));
    try {
      const copy = join(folder, 'node_modules/backplane/kernel/cli/main.mjs');
      cpSync(main, copy);
      const { status, stderr } = run(copy);
      expect(status).to.equal(1);
      expect(stderr).to.match(/^Backplane cannot run from node_modules .* Clone its repository .*\n$/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
