import { createHash } from 'node:crypto';
import { domainOf } from './mailbox.ts';

/**
 * The Message-ID of a mail, with its angle brackets: the same each time for the same work, so that whoever gets it twice can know
 * that.
 *
 * @param key the key of the attempt
 * @param from address of whoever sends it
 */
export function messageIdOf(key: string, from: string): string {
  const hash = createHash('sha256').update(key).digest('base64url').slice(0, 32);
  return `<${hash}@${domainOf(from)}>`;
}
