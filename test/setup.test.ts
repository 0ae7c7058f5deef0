import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';

const setup = resolve(import.meta.dirname, '../setup.mjs');

describe('setup', () => {
  let folder = '';
  const run = (env: NodeJS.ProcessEnv = process.env) =>
    spawnSync(process.execPath, [join(folder, 'setup.mjs')], { env, encoding: 'utf8' });
  /** A package that needs one other, which lies on disk: nothing is fetched. */
  const writePackage = (dependencies: object) =>
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ name: 'app', version: '1.0.0', dependencies }),
    );

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'backplane-setup-'));
    cpSync(setup, join(folder, 'setup.mjs'));
    mkdirSync(join(folder, 'tool'));
    writeFileSync(join(folder, 'tool/package.json'), JSON.stringify({ name: 'tool', version: '1.0.0' }));
    writePackage({ tool: 'file:tool' });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('installs what is missing, and after that does not even need npm', () => {
    const first = run();
    expect(first.status, first.stderr).to.equal(0);
    expect(existsSync(join(folder, 'node_modules/tool/package.json'))).to.equal(true);
    const second = run({ PATH: '' });
    expect(second.status, second.stderr).to.equal(0);
    expect(second.stderr).to.equal('');
  });

  it('installs again when what is asked for changed', () => {
    run();
    writePackage({ renamed: 'file:tool' });
    expect(run().stderr).to.include('Installing packages');
    expect(existsSync(join(folder, 'node_modules/renamed'))).to.equal(true);
  });

  it('says what to do when npm cannot be started', () => {
    const { status, stderr } = run({ PATH: '' });
    expect(status).to.equal(1);
    expect(stderr).to.include('npm could not be started').and.to.include('Mend what npm says');
  });
});
