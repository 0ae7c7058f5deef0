import { problem, reply, type Services } from 'backplane';
import type { Asking, User } from '../../auth/index.ts';
import type { Channel } from '../factors/method.ts';
import { masked } from './masked.ts';

/** Sends a code to where a factor says. @throws HttpError 409 where there is no such factor, 422, 429 */
export async function sendCode(
  { mfa }: Pick<Services, 'mfa'>,
  user: User,
  channel: Channel,
  context: string,
  asking: Asking,
) {
  const to = await mfa.factors.destination(user, channel);
  if (to === undefined) {
    throw problem(409, `Codes cannot be sent by "${channel}" for this account at this moment.`, {
      code: 'MFA_FACTOR_UNAVAILABLE',
    });
  }
  await mfa.sentCodes.send({ userId: user.id, channel, context }, { to, isConfirmed: true, asking });
  return reply(202, { sentTo: masked(to), expiresIn: mfa.settings.codeLifetime });
}
