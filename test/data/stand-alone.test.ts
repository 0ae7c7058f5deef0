import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

const script = join(import.meta.dirname, 'support/plain-script.ts');

describe('backplane/data', () => {
  it('works from a plain script, without Express, the kernel or an extension', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', script]);
    const { row, loaded }: { row: unknown; loaded: string[] } = JSON.parse(stdout);
    expect(row).to.deep.equal({ text: 'notes_notes' });
    const own = loaded.filter((url) => !url.includes('/node_modules/') && url.includes('/kernel/'));
    expect(own.filter((url) => !/\/kernel\/(data\/|errors(\.ts|\/))/.test(url))).to.deep.equal([]);
    expect(loaded.filter((url) => /node_modules\/(express|awilix|pino|chokidar)\//.test(url))).to.deep.equal(
      [],
    );
    expect(own).to.not.deep.equal([]);
  });
});
