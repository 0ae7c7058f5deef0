import { createRequire } from 'node:module';
import type SQLite from 'better-sqlite3';
import type { Row } from './driver.ts';

const load = createRequire(import.meta.url);

export type Handle = SQLite.Database;
type Statement = SQLite.Statement<unknown[], Row>;

/** Prepared statements that each connection keeps. */
const keptStatements = 500;

export function openHandle(location: string): Handle {
  // Loaded with the first database: whoever has none does not pay for it.
  const Database: typeof SQLite = load('better-sqlite3');
  const handle = new Database(location);
  handle.pragma('journal_mode = WAL');
  // Safe with a write-ahead log: a power cut loses the latest transactions at worst, and never harms the file.
  handle.pragma('synchronous = NORMAL');
  handle.pragma('foreign_keys = ON');
  handle.pragma('temp_store = MEMORY');
  handle.pragma('cache_size = -16000');
  // Filters match `startsWith` with LIKE, which otherwise takes ASCII letters of both cases for the same.
  handle.pragma('case_sensitive_like = ON');
  // SQLite would wait for other processes by stopping this one; `patiently` does not.
  handle.pragma('busy_timeout = 0');
  return handle;
}

/** Its package has no build for every platform. */
export function loadVectors(handle: Handle): boolean {
  try {
    const extension: { load(handle: Handle): void } = load('sqlite-vec');
    extension.load(handle);
    return true;
  } catch {
    return false;
  }
}

/** A connection with the statements that were prepared on it. */
export class Cached {
  readonly handle: Handle;
  readonly #statements = new Map<string, Statement>();

  constructor(handle: Handle) {
    this.handle = handle;
  }

  prepare(sql: string): Statement {
    const kept = this.#statements.get(sql);
    if (kept) return kept;
    const statement = this.handle.prepare<unknown[], Row>(sql);
    if (this.#statements.size >= keptStatements) {
      const [oldest] = this.#statements.keys();
      if (oldest !== undefined) this.#statements.delete(oldest);
    }
    this.#statements.set(sql, statement);
    return statement;
  }

  run(sql: string, parameters: readonly unknown[]): Row[] {
    const statement = this.prepare(sql);
    if (statement.reader) return statement.all(...parameters);
    statement.run(...parameters);
    return [];
  }
}
