import { randomBytes } from 'node:crypto';

/** The part of a post's address that people read, with an end that tells posts of one title apart. */
export function slugOf(title: string): string {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return `${words.slice(0, 200)}-${randomBytes(4).toString('hex')}`;
}
