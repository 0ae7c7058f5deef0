import { problem, route, Type } from 'backplane';
import { ownUser } from '../own-user.ts';
import { DeviceView, deviceView } from '../schemas/views.ts';

export default [
  route.get(
    '/devices',
    { summary: 'The own remembered devices', auth: 'jwt', response: { 200: Type.Array(DeviceView) } },
    async ({ actor, services }) => {
      const { user } = await ownUser(actor, services);
      return (await services.mfa.devices.list(user.id)).map(deviceView);
    },
  ),
  route.delete(
    '/devices/:id',
    {
      summary: 'Forget one of the own devices',
      auth: 'jwt',
      params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
      response: { 204: Type.Null() },
    },
    async ({ actor, params: { id }, services }) => {
      const { user } = await ownUser(actor, services);
      if (!(await services.mfa.devices.forget(user.id, id)))
        throw problem(404, `You have no remembered device ${id}.`);
    },
  ),
  route.delete(
    '/devices',
    { summary: 'Forget all of the own devices', auth: 'jwt', response: { 204: Type.Null() } },
    async ({ actor, services }) => {
      const { user } = await ownUser(actor, services);
      await services.mfa.devices.forgetAll(user.id);
    },
  ),
];
