import { pino } from 'pino';
import type { Logger, LogLevel } from '../log/index.ts';

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

/**
 * Lets a logger write into a list instead of to its destination.
 *
 * @param log the root logger; its children follow, those there are and those to come
 * @returns the list, which grows with each line
 */
export function captureRecords(log: Logger): readonly LogRecord[] {
  const records: LogRecord[] = [];
  const stream = { write: (line: string) => void records.push(JSON.parse(line)) };
  // Behind this symbol pino keeps where it writes; before it come the formats of lines for people, which do not parse.
  Reflect.set(log, pino.symbols.streamSym, stream);
  return records;
}
