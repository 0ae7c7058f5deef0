import { domainToASCII } from 'node:url';

/** An address, and whose it is. */
export interface Mailbox {
  readonly address: string;
  readonly name?: string | undefined;
}

/** `ann@example.org`, `Ann <ann@example.org>`, or both apart. */
export type MailboxLike = string | Mailbox;

/** What no part of a header may have: a line break would begin another one. */
export const controlCharacters = /[\p{Cc}\u2028\u2029]/u;

/** What nobody sees, or what is no character: two addresses that look the same are the same. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Z}]/u;
/** RFC 5322 `atext` with dots between, and whatever RFC 6531 adds beyond ASCII. Quoted local parts are refused: hardly anybody takes them. */
const localPart = /^[\w!#$%&'*+/=?^`{|}~\u0080-\uffff-]+(\.[\w!#$%&'*+/=?^`{|}~\u0080-\uffff-]+)*$/;
/** Not what URLs make a host of: escapes, and numbers of any notation. */
const domain = /^[\w.\u0080-\uffff-]+$/;
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/**
 * Reads an address as callers write it.
 * @returns the mailbox, or a sentence about what is wrong with it
 */
export function parseMailbox(given: MailboxLike): Mailbox | { readonly fault: string } {
  // Callers without types give what they have.
  const { address, name }: Partial<Mailbox> = typeof given === 'string' ? split(given) : (given ?? {});
  if (typeof address !== 'string') return { fault: 'must be an address, or { address, name }' };
  if (name !== undefined && typeof name !== 'string') return { fault: 'must have a text as its "name"' };
  if (controlCharacters.test(address) || controlCharacters.test(name ?? '')) {
    return { fault: 'must not have line breaks or other control characters' };
  }
  if (name !== undefined && name.length > 200) return { fault: 'has a name of more than 200 characters' };
  const fault = addressFault(address.trim());
  if (fault !== undefined) return { fault };
  const text = name?.trim();
  return { address: address.trim(), ...(text ? { name: text } : {}) };
}

/** As people read it: `Ann <ann@example.org>`. */
export function formatMailbox({ address, name }: Mailbox): string {
  return name === undefined ? address : `${name} <${address}>`;
}

/** The domain, as names of hosts are written. */
export function domainOf(address: string): string {
  return domainToASCII(address.slice(address.lastIndexOf('@') + 1));
}

function split(text: string): { readonly address: string; readonly name?: string } {
  const open = text.lastIndexOf('<');
  if (open === -1 || !text.trimEnd().endsWith('>')) return { address: text };
  const name = text
    .slice(0, open)
    .trim()
    .replace(/^"(.*)"$/, '$1');
  return { address: text.trimEnd().slice(open + 1, -1), name };
}

/** RFC 5321, 4.5.3.1: 64 bytes before the "@", 254 in all. */
function addressFault(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const isAddress =
    at > 0 &&
    localPart.test(local) &&
    !invisible.test(address) &&
    domain.test(address.slice(at + 1)) &&
    Buffer.byteLength(local) <= 64 &&
    Buffer.byteLength(address) <= 254 &&
    isDomain(domainOf(address));
  return isAddress ? undefined : 'must be an address such as "ann@example.org"';
}

/** Names of hosts; a number at the end would be one of an address (RFC 3696, 2). */
function isDomain(name: string): boolean {
  const labels = name.split('.');
  return labels.every((part) => label.test(part)) && !/^\d+$/.test(labels.at(-1) ?? '');
}
