import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database, type Dialect } from 'backplane/data';
import type { ProviderTables } from '../../../kernel/provider/stored/index.ts';
import { onEveryDatabase, urlOfDatabase } from '../../data/support/databases.ts';
import { tablesIn } from './tables-in.ts';

/** A database of a test that several processes would share: each of them opens it for itself. */
export interface Place {
  readonly url: string;
  readonly dialect: Dialect;
  /** Another connection pool, as another process has it. Closed at the end of the test's file. */
  open(): Database;
  /** The tables of providers as another process has them. */
  tables(): ProviderTables;
}

/** Describes the same behaviour on a file of SQLite, and on each server that is reachable. */
export function inEveryPlace(
  title: string,
  body: (makePlace: () => Promise<Place>, dialect: Dialect) => void,
): void {
  onEveryDatabase(title, (openDatabase, dialect) => {
    const folder = mkdtempSync(join(tmpdir(), 'backplane-places-'));
    const opened: Database[] = [];
    let made = 0;
    body(async () => {
      made += 1;
      const file = `sqlite:${join(folder, `${made}.sqlite`)}`;
      const url = dialect === 'sqlite' ? file : await urlOfDatabase(await openDatabase());
      const open = (): Database => {
        const database = new Database({ url, connections: 4 });
        opened.push(database);
        return database;
      };
      return { url, dialect, open, tables: () => tablesIn(open) };
    }, dialect);
    after(async () => {
      await Promise.all(opened.map((database) => database.close()));
      rmSync(folder, { recursive: true });
    });
  });
}
