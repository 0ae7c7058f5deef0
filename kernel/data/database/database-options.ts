import type { Dialect } from './dialect.ts';

export interface DatabaseOptions {
  /** `sqlite:PATH`, `sqlite::memory:`, `postgres://…`, `mysql://…` or `mssql://…` */
  readonly url: string;
  /** URLs of copies that are only read, and may lag behind. */
  readonly replicas?: readonly string[];
  /** `default` if left out. */
  readonly name?: string;
  /** Folder that the path of an SQLite file starts from; the working directory if left out. */
  readonly root?: string;
  /** Connections at most; 10 if left out. SQLite has its own. */
  readonly connections?: number;
  /** ms to wait for a free connection; 10,000 if left out. For the lock of an SQLite file, 5,000 at most. */
  readonly acquireTimeout?: number;
  /** ms that a statement may take; 5,000 if left out, 0 is without limit. */
  readonly statementTimeout?: number;
}

export interface DatabaseHealth {
  readonly name: string;
  readonly dialect: Dialect;
  readonly where: string;
  readonly ok: boolean;
  /** ms that a round trip took. */
  readonly latency: number;
  readonly error?: string;
}
