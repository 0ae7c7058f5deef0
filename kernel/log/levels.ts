import { BackplaneError, didYouMean } from '../errors.ts';

/** Every level, the quietest first: a logger set to one writes that one and all before it. */
export const logLevels = [
  'silent',
  'fatal',
  'error',
  'warn',
  'info',
  'verbose',
  'debug',
  'sql',
  'trace',
] as const;

export type LogLevel = (typeof logLevels)[number];

/** The levels that pino lacks; its own are info 30, debug 20, trace 10. */
export const customLevels = { verbose: 25, sql: 15 } as const;

/** Is this the name of a level? */
export function isLogLevel(value: unknown): value is LogLevel {
  return logLevels.some((level) => level === value);
}

/**
 * Makes sure that a text from outside (an environment variable, a request) names a level.
 * @throws LOG_LEVEL_UNKNOWN
 */
export function parseLogLevel(text: string): LogLevel {
  if (isLogLevel(text)) return text;
  throw new BackplaneError('LOG_LEVEL_UNKNOWN', {
    level: text,
    known: logLevels,
    suggestion: didYouMean(text, logLevels),
  });
}
