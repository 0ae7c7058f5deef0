export { isLogLevel, type LogLevel, logLevels, parseLogLevel } from './levels.ts';
export {
  type CreateLoggerOptions,
  createLogger,
  type LogControl,
  type LogDestination,
  type Logger,
} from './logger.ts';
export { redact } from './redact.ts';
