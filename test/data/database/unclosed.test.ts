import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Database } from 'backplane/data';
import { expect } from 'chai';
import { onEveryDatabase, urlOfDatabase } from '../support/databases.ts';

const script = join(import.meta.dirname, '../support/unclosed-script.ts');

onEveryDatabase('A database that nobody closes', (open, dialect) => {
  const urlOf = async (): Promise<string> =>
    dialect === 'sqlite' ? 'sqlite::memory:' : urlOfDatabase(await open());

  it('keeps no script from ending when its work is done', async () => {
    // Idle connections live for 30 seconds.
    const options = { timeout: 20_000 };
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--no-warnings', script, await urlOf()],
      options,
    );
    expect(stdout).to.equal('3\n');
  }).timeout(25_000);

  it('can still be closed, and used again before', async () => {
    const database = new Database({ url: await urlOf() });
    await database.run('select 1 as one');
    await database.run('select 1 as one');
    await database.close();
  });
});
