import { type Actor, isWithinScopes, problem, route, type Services, Type } from 'backplane';
import { User } from '../../auth/index.ts';
import { assertSecondFactor } from '../step-up/second-factor.ts';

export default route.delete(
  '/users/:id',
  {
    summary: 'Remove all second factors of a user who has lost them; for administrators',
    auth: 'required',
    params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
    response: { 204: Type.Null() },
  },
  async ({ actor, params: { id }, services }) => {
    await assertAdministrator(actor, services);
    const user = await services.data.repository(User).find(id);
    if (!user) throw problem(404, `There is no user ${id}.`);
    await services.mfa.reset(user.id);
  },
);

/** @throws HttpError 403; 401 for a session of somebody who has a second factor and did not give it lately */
async function assertAdministrator(actor: Actor, { mfa }: Services): Promise<void> {
  if (!actor.roles.includes('admin') || !isWithinScopes(actor.scopes, 'auth.user:administer'))
    throw problem(403, 'Second factors of others are for administrators to remove.');
  const hasFactor = actor.sessionId !== undefined && (await mfa.factors.types(actor.id)).length > 0;
  if (hasFactor) assertSecondFactor(actor, mfa.settings.stepUpWithin);
}
