import { route, Type } from 'backplane';
import { ownUser } from '../own-user.ts';
import { FactorName } from '../schemas/input.ts';
import { FactorView, factorView } from '../schemas/views.ts';

const Status = Type.Object({
  enabled: Type.Boolean({ description: 'Does a login need a second step?' }),
  required: Type.Boolean({ description: 'Must this account have a second factor?' }),
  factors: Type.Array(FactorView),
  available: Type.Array(FactorName, { description: 'What can be set up here.' }),
  recoveryCodesLeft: Type.Integer(),
});

export default route.get(
  '/',
  { summary: 'The own second factors', auth: 'jwt', response: { 200: Status } },
  async ({ actor, services }) => {
    const { user } = await ownUser(actor, services);
    const { factors, recoveryCodes, enrolments } = services.mfa;
    const present = await factors.list(user.id);
    return {
      enabled: present.length > 0,
      required: services.mfa.isRequired(user),
      factors: present.map(factorView),
      available: [...enrolments.possible(user)],
      recoveryCodesLeft: await recoveryCodes.left(user.id),
    };
  },
);
