import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { writeFiles } from '../../kernel/testing/write-files.ts';

const packageFolder = resolve(import.meta.dirname, '../..');
const guide = readFileSync(join(packageFolder, 'docs/testing.md'), 'utf8');

/** The files of the guide: each is a code block below its path. */
function examples(): Record<string, string> {
  const blocks = guide.matchAll(/^`(extensions\/[^`]+)`\n\n```\w+\n(.*?)^```$/gms);
  return Object.fromEntries([...blocks].map(([, path = '', content = '']) => [path, content]));
}

/** An application with those files, in which `backplane` and its packages are installed. */
function install(files: Record<string, string>): Disposable & { path: string } {
  const path = mkdtempSync(join(tmpdir(), 'backplane-guide-'));
  writeFiles(path, { 'package.json': { type: 'module' }, ...files });
  mkdirSync(join(path, 'node_modules'));
  symlinkSync(packageFolder, join(path, 'node_modules/backplane'), 'junction');
  symlinkSync(join(packageFolder, 'node_modules/chai'), join(path, 'node_modules/chai'), 'junction');
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Runs the tests of an application, or those with this title. */
async function runTests(folder: string, title = ''): Promise<{ code: number | null; output: string }> {
  const mocha = join(packageFolder, 'node_modules/mocha/bin/mocha.js');
  const child = spawn(
    process.execPath,
    [mocha, '--no-config', '--timeout=15000', `--grep=${title}`, 'extensions/*/test/*.test.ts'],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 20_000,
    },
  );
  const output = await text(child.stdout);
  const code = child.exitCode ?? (await new Promise((done) => child.once('exit', done)));
  return { code, output };
}

describe('the guide to testing', () => {
  it('has an example that works as it stands', async () => {
    const files = examples();
    expect(Object.keys(files)).to.have.length(4);
    using application = install(files);
    const { code, output } = await runTests(application.path);
    expect(output).to.contain('3 passing');
    expect(code).to.equal(0);
  });

  it('says the truth about what a leak looks like', async () => {
    const files = examples();
    const entry = 'extensions/reminders/index.ts';
    const leaking = { ...files, [entry]: (files[entry] ?? '').replace('effects.interval(', 'setInterval(') };
    using application = install(leaking);
    const { code, output } = await runTests(application.path, 'by mail');
    expect(code).to.equal(1);
    const shown = /^ {2}- "reminders".*$/m.exec(guide)?.[0] ?? 'nothing';
    const [said = '', place = ''] = shown.split('/app/');
    expect(output).to.contain(said.trim()).and.to.contain(place);
  });
});
