import { BackplaneError, type Services } from 'backplane';
import { User } from '../entities/user.ts';
import { normaliseEmail } from './email.ts';

/**
 * An address as it is written for a user, whatever somebody gave: what was checked before is what they gave.
 *
 * @param userId whose it may be already; `undefined` for a new one
 * @throws INPUT_INVALID for one of somebody else
 */
export async function freeEmail(
  { data }: Pick<Services, 'data'>,
  given: string,
  userId?: string,
): Promise<string> {
  const email = normaliseEmail(given);
  const owner = await data.repository(User).query().where('email', email).first();
  if (owner === undefined || owner.id === userId) return email;
  throw new BackplaneError('INPUT_INVALID', {
    entity: User.name,
    faults: [{ pointer: '/email', message: 'is taken already' }],
  });
}
