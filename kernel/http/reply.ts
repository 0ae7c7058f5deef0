export type ReplyHeaders = Readonly<Record<string, string | readonly string[]>>;

/** An answer with a status or headers of its own. */
export class Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: ReplyHeaders | undefined;

  /** @throws RangeError for a status that ends no request */
  constructor(status: number, body: unknown, headers?: ReplyHeaders) {
    if (!Number.isInteger(status) || status < 200 || status > 599) {
      throw new RangeError(`reply(${status}, …): the status must be a whole number from 200 to 599.`);
    }
    this.status = status;
    this.body = body;
    this.headers = headers && inLowerCase(headers);
  }
}

/**
 * Answers with another status than the route's usual one, or with headers.
 *
 * @example return reply(201, post, { location: `/blog/posts/${post.id}` });
 * @param status HTTP status
 * @param body whatever a handler may return; nothing if left out
 * @param headers response headers
 * @throws RangeError for a status that ends no request
 */
export function reply(status: number, body?: unknown, headers?: ReplyHeaders): Reply {
  return new Reply(status, body, headers);
}

/** One header must not stand there twice because it was written in two ways. */
export function inLowerCase<Value>(
  headers: Readonly<Record<string, Value>>,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
