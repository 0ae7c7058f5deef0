import type { User } from '../../auth/index.ts';
import type { MfaEnvironment } from '../environment.ts';

/** Do the settings ask this user for a second factor? */
export function mustHaveFactor(
  { admin }: Pick<User, 'admin'>,
  { settings: { required } }: Pick<MfaEnvironment, 'settings'>,
): boolean {
  return required === 'all' || (required === 'admins' && admin);
}
