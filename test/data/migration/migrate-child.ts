/** A process that migrates, for tests that kill it or let two run at once. It kills itself where it is told to. */
import { join } from 'node:path';
import { Database, Migrator } from 'backplane/data';

const { CHILD_URL = '', CHILD_FOLDER = '', CHILD_KILL_AFTER = '0', CHILD_LOCK_TIMEOUT = '' } = process.env;
const database = new Database({ url: CHILD_URL });
let statements = 0;
database.onStatement(({ sql }) => {
  statements += 1;
  if (process.env.CHILD_SHOW) process.stderr.write(`${statements} ${sql.slice(0, 150)}\n`);
  if (statements === Number(CHILD_KILL_AFTER)) process.kill(process.pid, 'SIGKILL');
});
const migrator = new Migrator({
  databases: database,
  extensions: [{ extension: 'blog', folder: join(CHILD_FOLDER, 'blog') }],
  lockTimeout: Number(CHILD_LOCK_TIMEOUT),
});
try {
  await migrator.migrate();
  process.send?.(statements);
} catch (error) {
  process.stderr.write(`${error}\n`);
  process.exitCode = 1;
} finally {
  await database.close();
  process.disconnect?.();
}
