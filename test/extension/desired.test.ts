import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DesiredState } from '../../kernel/extension/index.ts';

describe('the desired state', () => {
  const folder = mkdtempSync(join(tmpdir(), 'backplane-desired-'));
  after(() => rmSync(folder, { recursive: true }));
  const warnings: string[] = [];
  const open = (name: string) => new DesiredState(join(folder, name), (warning) => warnings.push(warning));

  it('keeps what another process has decided meanwhile of other extensions', () => {
    const [one, two] = [open('shared.json'), open('shared.json')];
    one.set('blog', 'disabled');
    one.save('blog');
    two.set('shop', 'disabled');
    two.save('shop');
    one.set('blog', 'enabled');
    one.save('blog');
    const next = open('shared.json');
    expect([next.isDisabled('blog'), next.isDisabled('shop')]).to.deep.equal([false, true]);
  });

  it('is written whole when the file has vanished', () => {
    const state = open('vanishing.json');
    for (const name of ['blog', 'shop']) {
      rmSync(join(folder, 'vanishing.json'), { force: true });
      state.set(name, 'disabled');
      state.save(name);
    }
    const next = open('vanishing.json');
    expect([next.isDisabled('blog'), next.isDisabled('shop')]).to.deep.equal([true, true]);
    expect(warnings).to.deep.equal([]);
  });
});
