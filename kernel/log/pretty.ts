import pinoPretty from 'pino-pretty';
import { customLevels } from './levels.ts';

/** What would move the cursor or colour the terminal is shown instead of done, and no text can pass for a line of its own. */
function harmless(text: string): string {
  return text
    .replaceAll(/[^\P{Cc}\n\t]/gu, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replaceAll('\n', '\n    ');
}

/** A described error's stack with those of its causes, indented below the line that it belongs to. */
function formatError(error: unknown, heading = ''): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { stack, message, cause, errors, type, ...rest } = error as Record<string, unknown>;
  const details = Object.keys(rest).length > 0 ? `\n${JSON.stringify(rest)}` : '';
  const behind = [
    ...(cause === undefined ? [] : [formatError(cause, 'caused by ')]),
    ...(Array.isArray(errors) ? errors.map((one) => formatError(one, 'of which ')) : []),
  ];
  return [`${heading}${stack ?? message}${details}`, ...behind].join('\n');
}

/**
 * Makes a function that turns a JSON line into one for people: time, level, [extension], message, the rest; the stack
 * of an error below it.
 */
export function createPrettifier({ colour }: { colour: boolean }): (line: string) => string {
  return pinoPretty.prettyFactory({
    colorize: colour,
    customLevels: { fatal: 60, error: 50, warn: 40, info: 30, debug: 20, trace: 10, ...customLevels },
    customColors: {
      fatal: 'bgRed',
      error: 'red',
      warn: 'yellow',
      info: 'green',
      verbose: 'cyan',
      debug: 'blue',
      sql: 'magenta',
      trace: 'gray',
    },
    ignore: 'pid,hostname,extension',
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
    messageFormat: ({ extension, msg }) =>
      harmless(`${extension === undefined ? '' : `[${extension}] `}${msg ?? ''}`),
    customPrettifiers: { err: (error) => harmless(formatError(error)) },
  });
}
