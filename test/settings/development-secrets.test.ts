import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { developmentKey, developmentSecrets } from '../../kernel/settings/index.ts';

const execute = promisify(execFile);
/** For a process of its own: a file that needs nothing else. */
const settings = new URL('../../kernel/settings/development-secrets.ts', import.meta.url).href;

describe('the secrets of development', () => {
  const folder = mkdtempSync(join(tmpdir(), 'backplane-secrets-'));
  after(() => rmSync(folder, { recursive: true }));

  it('are made once and kept', () => {
    const file = join(folder, 'made', 'secrets.json');
    const first = developmentSecrets(file);
    expect(first).to.include({ isNew: true }).and.not.to.have.property('warning');
    expect(developmentSecrets(file)).to.deep.equal({ secrets: first.secrets, isNew: false });
  });

  it('have a key of their own for credentials, the same for all who need it first', async () => {
    const file = join(folder, 'keys', 'secrets-key');
    const key = developmentKey(file);
    expect(Buffer.from(key, 'base64')).to.have.length(32);
    expect(developmentKey(file)).to.equal(key);
    expect(readdirSync(join(folder, 'keys'))).to.deep.equal(['secrets-key']);
    const script = `import { developmentKey } from ${JSON.stringify(settings)}; console.log(developmentKey(process.argv[1]));`;
    const shared = join(folder, 'shared', 'secrets-key');
    const run = async () => {
      const { stdout } = await execute(process.execPath, ['--input-type=module', '-e', script, shared]);
      return stdout;
    };
    const keys = await Promise.all([run(), run(), run()]);
    expect(new Set(keys).size).to.equal(1);
  });

  it('are made anew when the file is damaged, which is kept beside them, with a warning', () => {
    const file = join(folder, 'secrets.json');
    writeFileSync(file, '{"rootApiKey": "half');
    const { secrets, isNew, warning } = developmentSecrets(file);
    expect(isNew).to.equal(true);
    expect(warning).to.include(`${file}.corrupt`);
    expect(readFileSync(`${file}.corrupt`, 'utf8')).to.equal('{"rootApiKey": "half');
    expect(developmentSecrets(file).secrets).to.deep.equal(secrets);
  });
});
