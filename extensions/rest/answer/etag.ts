import { hash } from 'node:crypto';
import { versionOf } from 'backplane';

/**
 * The tag of a row as it is answered: the version of the row, then what of it is shown.
 *
 * @param row as its manager gave it, or a view of it
 * @param shape stands for which members the answer has and how they are written
 * @returns without a version a weak one, which names no version to be insisted on
 */
export function etagOf(row: object, shape: string): string {
  const version = versionOf(row);
  return version === undefined ? `W/"${shape}"` : `"${version}.${shape}"`;
}

/** Stands for a text: another text, another shape. */
export function shapeOf(text: string): string {
  return hash('sha1', text, 'base64url').slice(0, 16);
}

/** Has the client what has this tag already (`If-None-Match`, RFC 9110 §13.1.2)? */
export function isFresh(known: string | undefined, etag: string): boolean {
  if (known === undefined) return false;
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');
  return known.trim() === '*' || known.split(',').some((tag) => opaque(tag) === opaque(etag));
}

/**
 * The versions that `If-Match` names, `undefined` if any will do. A tag that a proxy has made weak on its way, by
 * compressing, still names a version.
 */
export function versionsIn(ifMatch: string | undefined): readonly string[] | undefined {
  if (ifMatch === undefined || ifMatch.split(',').some((one) => one.trim() === '*')) return undefined;
  return [...ifMatch.matchAll(/"([^".]*)\.[^"]*"/g)].map(([, version = '']) => version);
}
