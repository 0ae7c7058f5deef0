/** An answer with a status or headers of its own. */
export class Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string | readonly string[]>> | undefined;

  constructor(status: number, body: unknown, headers?: Readonly<Record<string, string | readonly string[]>>) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/**
 * Answers with another status than the route's usual one, or with headers.
 *
 * @example return reply(201, post, { location: `/blog/posts/${post.id}` });
 * @param status HTTP status
 * @param body whatever a handler may return; nothing if left out
 * @param headers response headers, names in lower case
 */
export function reply(
  status: number,
  body?: unknown,
  headers?: Readonly<Record<string, string | readonly string[]>>,
): Reply {
  return new Reply(status, body, headers);
}
