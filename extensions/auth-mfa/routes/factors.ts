import { problem, reply, route, Type } from 'backplane';
import { unstored } from '../../auth/index.ts';
import { ownUser } from '../own-user.ts';
import { FactorName } from '../schemas/input.ts';
import { RecoveryCodesView } from '../schemas/views.ts';

export default [
  route.post(
    '/recovery-codes',
    {
      summary: 'Make other recovery codes; earlier ones do not hold any longer',
      auth: 'mfa',
      response: { 201: Type.Object({ recoveryCodes: RecoveryCodesView }) },
    },
    async ({ actor, services }) => {
      const { user } = await ownUser(actor, services);
      // They would be left over, and not be told with the next first factor.
      if ((await services.mfa.factors.types(user.id)).length === 0)
        throw problem(409, 'This account has no second factor.', { code: 'MFA_NOT_ENABLED' });
      return reply(201, { recoveryCodes: await services.mfa.recoveryCodes.make(user.id) }, unstored);
    },
  ),
  route.delete(
    '/factors/:factor',
    {
      summary: 'Remove one of the own factors',
      description: 'With the last one, recovery codes and remembered devices go, too.',
      auth: 'mfa',
      params: Type.Object({ factor: FactorName }),
      response: { 204: Type.Null() },
    },
    async ({ actor, params: { factor }, services }) => {
      const { user } = await ownUser(actor, services);
      await services.mfa.disable(user, [factor]);
    },
  ),
  route.delete(
    '/',
    { summary: 'Remove all of the own factors', auth: 'mfa', response: { 204: Type.Null() } },
    async ({ actor, services }) => {
      const { user } = await ownUser(actor, services);
      await services.mfa.disable(user);
    },
  ),
];
