import { messageOf } from '../errors.ts';
import type { Secret } from './secret.ts';

/** Shorter ones would be found in any text. */
const shortest = 4;
/** How many errors behind an error are told. */
const depth = 5;

/** Takes credentials out of texts that come from elsewhere: messages of SDKs quote URLs and headers. */
export type Scrub = (text: string) => string;

/** @returns what replaces each of the secrets by `***`, also as Base64, URL-encoded, or inside JSON */
export function scrubberOf(secrets: Iterable<Secret>): Scrub {
  const forms = [...secrets]
    .map((secret) => secret.reveal())
    .filter((value) => value.length >= shortest)
    .flatMap((value) => [value, ...encodings(value)]);
  // The longest first: one may be part of another.
  const all = [...new Set(forms)].sort((a, b) => b.length - a.length);
  if (all.length === 0) return (text) => text;
  const pattern = new RegExp(all.map((form) => RegExp.escape(form)).join('|'), 'g');
  return (text) => text.replaceAll(pattern, '***');
}

function encodings(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  return [
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    // Basic authentication puts a name or a colon before or after it, which shifts the groups of three bytes.
    ...[1, 2].map((shift) => middleOfBase64(bytes, shift)),
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
  ].filter((form) => form.length >= shortest);
}

/** The characters of the Base64 of a longer text that depend on these bytes alone, if they begin at that place of three. */
function middleOfBase64(bytes: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const end = (shift + bytes.length) % 3 === 0 ? text.length : text.length - 1;
  return text.slice(shift + 1, end);
}

/**
 * What was thrown, as it may be told: messages, codes and stacks without secrets, and no object of the SDK, which may
 * hold the request with its headers.
 */
export function scrubbedError(thrown: unknown, scrub: Scrub, level = 0): Error {
  const cause =
    Error.isError(thrown) && thrown.cause !== undefined && level < depth
      ? { cause: scrubbedError(thrown.cause, scrub, level + 1) }
      : undefined;
  const told = new Error(scrub(messageOf(thrown)), cause);
  if (!Error.isError(thrown)) return told;
  told.name = scrub(String(thrown.name));
  if (typeof thrown.stack === 'string') told.stack = scrub(thrown.stack);
  if ('code' in thrown && (typeof thrown.code === 'string' || typeof thrown.code === 'number')) {
    Object.defineProperty(told, 'code', { value: scrub(String(thrown.code)), enumerable: true });
  }
  return told;
}
