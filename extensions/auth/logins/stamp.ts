import type { User } from '../entities/user.ts';
import { digestOf } from '../secrets/random-token.ts';

/** What changes with the password of a user. */
export function stampOf({ passwordHash }: Pick<User, 'passwordHash'>): string {
  return digestOf(passwordHash ?? '');
}
