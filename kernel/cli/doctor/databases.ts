import { parseDatabaseUrl } from '../../data/database/address.ts';
import { createDatabases } from '../../databases.ts';
import { messageOf } from '../../errors.ts';
import { createLogger } from '../../log/index.ts';
import type { KernelSettings, Sources } from '../../settings/index.ts';
import { type Finding, failed, ok } from './check.ts';

/** Asks every database that the environment names for an answer. An SQLite file is not made by looking at it. */
export async function checkDatabases(
  settings: KernelSettings,
  sources: Sources,
  root: string,
): Promise<readonly Finding[]> {
  const { log } = createLogger({ level: 'silent', format: 'json' });
  await using databases = createDatabases({ settings, sources, root, log });
  return Promise.all(
    databases.names.map(async (name): Promise<Finding> => {
      const subject = name === 'default' ? 'database' : `database "${name}"`;
      try {
        const { dialect, location } = parseDatabaseUrl(name, databases.urlOf(name));
        if (dialect === 'sqlite') return ok(subject, `SQLite, ${location}`);
        const database = databases.get(name);
        await database.assertReachable();
        return ok(subject, `${dialect} answers at ${database.where}`);
      } catch (error) {
        return failed(subject, messageOf(error));
      }
    }),
  );
}
