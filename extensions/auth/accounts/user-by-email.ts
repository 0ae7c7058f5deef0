import { User } from '../entities/user.ts';
import type { AuthEnvironment } from '../environment.ts';
import { normaliseEmail } from './email.ts';

/** The user of an address, however it is written. */
export async function userByEmail(
  { services }: Pick<AuthEnvironment, 'services'>,
  given: string,
): Promise<User | undefined> {
  const email = normaliseEmail(given);
  // No account has such an address, and PostgreSQL refuses even to look for a NUL.
  if (email.length > 254 || email.includes('\0')) return undefined;
  return services.data.repository(User).query().where('email', email).first();
}
