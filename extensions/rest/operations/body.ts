import { problem } from 'backplane';
import type { Request } from 'express';

/** Types that rows are sent in; RFC 7396 says what it is to change some of a row's fields. */
export const bodyTypes: readonly string[] = ['application/json', 'application/merge-patch+json'];

/**
 * Rows come as JSON. A form would also be sent by a page of somebody else's that the browser asks nobody about.
 *
 * @throws HttpError 415
 */
export function assertJson({ headers }: Request, body: unknown): void {
  if (body === undefined) return;
  const [type = ''] = (headers['content-type'] ?? '').toLowerCase().split(';');
  if (bodyTypes.includes(type.trim()) || /^application\/[^;]+\+json$/.test(type.trim())) return;
  throw problem(415, `A body of type "${type.trim()}" is not accepted here. Send JSON.`, {
    headers: { accept: bodyTypes.join(', ') },
  });
}

/** A version is that of one row. @throws HttpError 400 for several rows with `If-Match` */
export function assertNoVersion({ headers }: Request): void {
  if (headers['if-match'] === undefined) return;
  throw problem(
    400,
    'If-Match names the version of one row, and this is about several. Change them one by one.',
    {
      code: 'IF_MATCH_OF_SEVERAL',
    },
  );
}

/** @throws HttpError 422 for more rows than one request may be about */
export function assertFew(count: number, most: number, pointer = ''): void {
  if (count <= most) return;
  const message = `may have ${most} rows at most, and has ${count}`;
  throw problem(422, `One request may be about ${most} rows at most.`, {
    code: 'ROWS_TOO_MANY',
    faults: [{ in: pointer === '' ? 'body' : 'query', pointer, message }],
  });
}
