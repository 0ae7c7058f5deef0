import { type ChildLoggerOptions, type LoggerOptions, type Logger as PinoLogger, pino } from 'pino';
import { isColorSupported } from 'pino-pretty';
import { customLevels, type LogLevel, parseLogLevel } from './levels.ts';
import { createPrettifier } from './pretty.ts';
import { redact } from './redact.ts';

type CustomLevel = keyof typeof customLevels;

/** A logger of pino with the levels `verbose` and `sql` besides the usual ones. */
export type Logger = PinoLogger<CustomLevel>;

/** Where lines go; each ends with a line break. A writable stream is one. */
export interface LogDestination {
  write(line: string): unknown;
}

export interface CreateLoggerOptions {
  readonly level: LogLevel;
  /** `json`: one object per line, for machines. `pretty`: for people. */
  readonly format: 'json' | 'pretty';
  /** Standard output if left out. */
  readonly destination?: LogDestination;
  /** What to add to each line, asked for as it is written: the id of the current request. */
  readonly context?: () => object | undefined;
}

/** A logger and the hold on its level. */
export interface LogControl {
  readonly log: Logger;
  readonly level: LogLevel;
  /**
   * Changes the level now, for the logger and for every child that was not given a level of its own.
   * @throws LOG_LEVEL_UNKNOWN
   */
  setLevel(level: string): void;
}

/**
 * Makes the root logger of a kernel. Lines are written synchronously, so that the last words before a crash are there.
 * Extensions get children of it: `log.child({ extension: 'blog' })`.
 *
 * @throws LOG_LEVEL_UNKNOWN
 */
export function createLogger({ level, format, destination, context }: CreateLoggerOptions): LogControl {
  const options: LoggerOptions<CustomLevel> = {
    level: parseLogLevel(level),
    customLevels,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: redact },
    // `redact` has described errors by then; pino's own serialiser would take the description for an error.
    serializers: { err: (described) => described },
    hooks: {
      logMethod(args, method) {
        // What is put into the message by %j and %o never becomes part of the record.
        for (let i = 1; i < args.length; i += 1) args[i] = redact(args[i]);
        method.apply(this, args);
      },
    },
    // A fresh object each time: pino writes the record's own properties into it.
    ...(context ? { mixin: () => ({ ...context() }) } : {}),
  };
  const log = pino(options, openDestination(format, destination));
  redactBindings(log);
  return {
    log,
    get level() {
      return parseLogLevel(log.level);
    },
    setLevel(next) {
      // Children inherit the level methods through their prototype, so they follow.
      log.level = parseLogLevel(next);
    },
  };
}

function openDestination(
  format: 'json' | 'pretty',
  given: LogDestination | undefined,
): { write(line: string): void } {
  const out: LogDestination = given ?? pino.destination({ dest: 1, sync: true });
  if (format === 'json') return out;
  const prettify = createPrettifier({ colour: given === undefined && isColorSupported });
  return { write: (line) => void out.write(prettify(line)) };
}

/** What a child is bound to is turned into text once, at its birth, past the formatter that sees each record. */
function redactBindings(log: Logger): void {
  const { child, setBindings } = log;
  log.child = function redactedChild<Own extends string = never>(
    bindings: object,
    options?: ChildLoggerOptions<Own>,
  ): PinoLogger<CustomLevel | Own> {
    return Reflect.apply(child, this, [redact(bindings), options]);
  };
  log.setBindings = function redactedBindings(bindings: object) {
    Reflect.apply(setBindings, this, [redact(bindings)]);
  };
}
