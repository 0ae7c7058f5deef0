import type { IncomingHttpHeaders } from 'node:http';

/** Has the client the version with this tag already (`If-None-Match`, RFC 9110 §13.1.2)? */
export function isFresh({ 'if-none-match': known }: IncomingHttpHeaders, etag: string | undefined): boolean {
  if (known === undefined || etag === undefined) return false;
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');
  return known.trim() === '*' || known.split(',').some((tag) => opaque(tag) === opaque(etag));
}
