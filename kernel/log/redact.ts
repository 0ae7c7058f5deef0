import { IncomingMessage, ServerResponse } from 'node:http';
import { stdSerializers } from 'pino';
import { messageOf } from '../errors.ts';
import { describeError } from './describe-error.ts';

const censored = '[Redacted]';

/** How many keys deep secrets are looked for; `{ a: { b: { c: { password } } } }` is four. */
const depthLimit = 4;

/** Names of what must not be read in a log, alone or as part of a longer name: `x-api-key`, `JWT_SECRET`, `newPassword`. */
const sensitive =
  /pass(?:word|wd|phrase)|secret|^pass$|(?:token|jwt|authorization|cookies?|credentials?|(?:api|private)[-_]?keys?)$/i;

/**
 * A record as it may be written: secrets censored by the name of their key, errors turned into data, requests and
 * responses reduced to what identifies them. Copies only what it changes and never throws.
 *
 * pino's own redaction takes paths, and paths with wildcards copy every record; names are looked at in one pass here.
 */
export function redact<Value>(record: Value): Value {
  try {
    // The walk keeps what it does not change, and what it changes was about to become JSON, whose types are these.
    return walk(record, 0, []) as Value;
  } catch (error) {
    return { unserialisable: messageOf(error) } as Value;
  }
}

/** @param above the errors that this value is the cause of, to end a circle of causes */
function walk(value: unknown, depth: number, above: readonly Error[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Error.isError(value)) {
    return above.includes(value) ? '[Circular]' : walkKeys(describe(value), 1, [...above, value]);
  }
  if (value instanceof IncomingMessage) return walkKeys({ ...stdSerializers.req(value) }, 1, above);
  if (value instanceof ServerResponse) return walkKeys({ ...stdSerializers.res(value) }, 1, above);
  if (depth >= depthLimit || ArrayBuffer.isView(value)) return value;
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    const json: unknown = value.toJSON();
    return typeof json === 'object' && json !== null ? walkKeys(json, depth + 1, above) : json;
  }
  return walkKeys(value, depth + 1, above);
}

/** The rest of a record is worth keeping when an error in it throws as it is read. */
function describe(error: Error): Record<string, unknown> {
  try {
    return describeError(error);
  } catch {
    return { type: 'Error', message: messageOf(error) };
  }
}

/** @param depth how many keys lead to the values of this object, its own included */
function walkKeys(source: object, depth: number, above: readonly Error[]): object {
  let copy: Record<string, unknown> | unknown[] | undefined;
  for (const [key, value] of Object.entries(source)) {
    const shown = isSecret(key, value) ? censored : walk(value, depth, above);
    if (shown === value) continue;
    copy ??= Array.isArray(source) ? [...source] : { ...source };
    Object.defineProperty(copy, key, { value: shown, enumerable: true, configurable: true, writable: true });
  }
  return copy ?? source;
}

/** `hasPassword: true` tells nothing, and what is not there has nothing to hide. */
function isSecret(key: string, value: unknown): boolean {
  return value !== undefined && value !== null && typeof value !== 'boolean' && sensitive.test(key);
}
