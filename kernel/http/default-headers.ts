import {
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  type ServerResponse,
  validateHeaderName,
  validateHeaderValue,
} from 'node:http';
import { BackplaneError, messageOf } from '../errors.ts';
import type { RouteOwner } from './owner.ts';

/** Response headers that every answer carries, unless it says otherwise. Made with {@link defineHeaders}. */
export class DefaultHeaders {
  /** Names in lower case. */
  readonly values: Readonly<Record<string, string>>;

  constructor(values: Readonly<Record<string, string>>) {
    this.values = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]),
    );
  }
}

/**
 * Declares headers that are the same for every answer. As values they cost a fraction of what a middleware pays that sets
 * them; what a route or middleware sets itself takes their place.
 *
 * @example export default defineHeaders({ 'x-content-type-options': 'nosniff' });
 */
export function defineHeaders(values: Readonly<Record<string, string>>): DefaultHeaders {
  return new DefaultHeaders(values);
}

/** Names and values in turn, as Node takes them. */
export type HeaderList = readonly string[];

/** They say how long this one answer is, and how it is sent. */
const ofOneAnswer = ['content-length', 'transfer-encoding', 'connection', 'trailer', 'upgrade'];

/** @throws CONTRIBUTION_CONFLICT where two owners give one header; CONTRIBUTION_INVALID for one that cannot be sent */
export function compileHeaders(
  contributions: readonly {
    readonly value: DefaultHeaders;
    readonly owner: RouteOwner;
    readonly source: string;
  }[],
): HeaderList {
  const owners = new Map<string, string>();
  const list: string[] = [];
  for (const { value, owner, source } of contributions) {
    for (const [name, text] of Object.entries(value.values)) {
      const reason = faultOf(name, text);
      if (reason !== undefined) {
        throw new BackplaneError('CONTRIBUTION_INVALID', { owner: owner.name, source, reason });
      }
      const other = owners.get(name);
      if (other !== undefined) {
        const what = `The response header "${name}"`;
        throw new BackplaneError('CONTRIBUTION_CONFLICT', { what, owners: [other, owner.name] });
      }
      owners.set(name, owner.name);
      list.push(name, text);
    }
  }
  return list;
}

/** Why no answer can carry this header: found here, since every answer would fail by it. */
function faultOf(name: string, text: string): string | undefined {
  if (ofOneAnswer.includes(name)) {
    return `the header "${name}" belongs to a single answer. Leave it out of defineHeaders(…).`;
  }
  try {
    validateHeaderName(name);
    validateHeaderValue(name, text);
    return undefined;
  } catch (error) {
    return `the header ${JSON.stringify(name)} cannot be sent: ${messageOf(error)}.`;
  }
}

/** The headers that `writeHead` takes: an object, or a list of names and values (in turn, or in pairs). */
export type HeadArgument = OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined;

/**
 * Adds what an answer does not say itself, right before its head is written.
 *
 * @param id of the request
 * @param defaults names in lower case
 * @returns what `writeHead` is to be given. Where nothing has been set on the response this is one list, the form that Node
 *   writes out as it is; in every other it makes an object of all headers first
 */
export function withDefaults(
  response: ServerResponse,
  headers: HeadArgument,
  id: string,
  defaults: HeaderList,
): HeadArgument {
  if (Array.isArray(headers) && !Array.isArray(headers[0]) && response.getHeaderNames().length === 0) {
    const list = names(headers, requestId) ? headers : [...headers, requestId, id];
    return defaults.length === 0 ? list : [...list, ...missing(list, defaults)];
  }
  // An answer that is passed on from elsewhere may carry that one's id.
  if (!response.hasHeader(requestId)) response.setHeader(requestId, id);
  for (let at = 0; at < defaults.length; at += 2) {
    const name = defaults[at] ?? '';
    if (!response.hasHeader(name)) response.setHeader(name, defaults[at + 1] ?? '');
  }
  // Once headers are set, Node takes no pairs.
  return Array.isArray(headers) ? headers.flat() : headers;
}

/** The header that carries a request's id. */
export const requestId = 'x-request-id';

function missing(list: readonly unknown[], defaults: HeaderList): HeaderList {
  const added: string[] = [];
  for (let at = 0; at < defaults.length; at += 2) {
    const name = defaults[at] ?? '';
    if (!names(list, name)) added.push(name, defaults[at + 1] ?? '');
  }
  return added;
}

/** Is this header in the list? */
function names(list: readonly unknown[], name: string): boolean {
  for (let at = 0; at < list.length; at += 2) {
    const other = list[at];
    if (other === name) return true;
    if (typeof other === 'string' && other.length === name.length && other.toLowerCase() === name)
      return true;
  }
  return false;
}
