import type { LogLevel } from '../log/index.ts';

/** One log line, parsed. */
export interface LogRecord {
  readonly level: LogLevel;
  /** ISO 8601. */
  readonly time: string;
  readonly msg?: string;
  /** Whose line it is; the kernel's own if there is none. */
  readonly extension?: string;
  readonly requestId?: string;
  readonly err?: { readonly type: string; readonly message: string; readonly stack: string };
  readonly [key: string]: unknown;
}
