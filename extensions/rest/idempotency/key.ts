import { hash } from 'node:crypto';
import { problem, type RouteContext } from 'backplane';

const longest = 255;

/** A request as it is told apart from others. */
export interface KeyedRequest {
  /** Of who sends it, where to and its key. */
  readonly digest: string;
  /** Of all that is sent. */
  readonly request: string;
}

/**
 * The key of a request, `undefined` if it has none.
 *
 * @throws HttpError 400 for one that is empty or too long
 */
export function keyedRequest({ req, actor, body }: RouteContext): KeyedRequest | undefined {
  const given = req.headers['idempotency-key'];
  if (given === undefined) return undefined;
  const key = unquoted(String(given));
  if (key === '' || key.length > longest) {
    throw problem(400, `An Idempotency-Key has 1 to ${longest} characters.`, {
      code: 'REQUEST_INVALID',
      faults: [
        { in: 'headers', pointer: '/idempotency-key', message: `must have 1 to ${longest} characters` },
      ],
    });
  }
  const [path = ''] = req.url.split('?', 1);
  // Other credentials of the same actor may see less of the answer.
  const who = actor === undefined ? null : [actor.id, actor.roles, actor.scopes ?? null];
  return {
    digest: sha256(JSON.stringify([who, req.method, path, key])),
    request: sha256(JSON.stringify([req.url, body ?? null])),
  };
}

/** As a structured header (RFC 8941) it stands in quotes, which many clients leave out. */
function unquoted(text: string): string {
  const trimmed = text.trim();
  return /^"(.*)"$/.exec(trimmed)?.[1] ?? trimmed;
}

function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}
