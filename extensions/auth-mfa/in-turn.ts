import { User } from '../auth/index.ts';
import type { MfaEnvironment } from './environment.ts';

/**
 * Does in a transaction what changes the factors of an account. Those who do so at the same time wait for each other, and for
 * whoever sets another password.
 */
export function inTurn<T>(
  { services: { data } }: Pick<MfaEnvironment, 'services'>,
  userId: string,
  work: () => Promise<T>,
): Promise<T> {
  return data.repository(User).transaction(async () => {
    await data.database().knex('auth_users').where('id', userId).forUpdate().select('id');
    return work();
  });
}
