import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { developmentSecrets } from '../../kernel/settings/index.ts';

describe('the secrets of development', () => {
  const folder = mkdtempSync(join(tmpdir(), 'backplane-secrets-'));
  after(() => rmSync(folder, { recursive: true }));

  it('are made once and kept', () => {
    const file = join(folder, 'made', 'secrets.json');
    const first = developmentSecrets(file);
    expect(first).to.include({ isNew: true }).and.not.to.have.property('warning');
    expect(developmentSecrets(file)).to.deep.equal({ secrets: first.secrets, isNew: false });
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
