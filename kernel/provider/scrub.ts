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

/** An address as it may be shown: without a password, which may hold an `@`, and without parameters that are credentials. */
export function withoutPassword(text: string): string {
  return text
    .replace(/(:\/\/[^/?#@\s:]*:)[^/?#\s]+@/g, '$1***@')
    .replace(/([?&][\w-]*(?:key|token|secret|passw(?:or)?d|pwd|signature)=)[^&#\s]+/gi, '$1***');
}

/**
 * What was thrown, as it may be told: messages, codes and stacks without secrets, and no object of the SDK, which may
 * hold the request with its headers. Never throws: what cannot be read of it is left out.
 */
export function scrubbedError(thrown: unknown, scrub: Scrub, level = 0): Error {
  const cause = level < depth ? partOf(thrown, 'cause') : undefined;
  const told = new Error(
    scrub(messageOf(thrown)),
    cause === undefined ? undefined : { cause: scrubbedError(cause, scrub, level + 1) },
  );
  if (!Error.isError(thrown)) return told;
  const [name, stack, code] = [partOf(thrown, 'name'), partOf(thrown, 'stack'), partOf(thrown, 'code')];
  told.name = scrub(typeof name === 'string' ? name : 'Error');
  if (typeof stack === 'string') told.stack = scrub(stack);
  if (typeof code === 'string' || typeof code === 'number') {
    Object.defineProperty(told, 'code', { value: scrub(String(code)), enumerable: true });
  }
  return told;
}

/** What an error says of itself; nothing where that throws, as a getter of an SDK may. */
function partOf(thrown: unknown, key: 'name' | 'stack' | 'code' | 'cause'): unknown {
  try {
    return Error.isError(thrown) ? Reflect.get(thrown, key) : undefined;
  } catch {
    return undefined;
  }
}
