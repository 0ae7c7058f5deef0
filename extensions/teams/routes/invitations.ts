import { route, Type } from 'backplane';
import { Invitation } from '../entities/invitation.ts';

export default route.post(
  '/invitations/accept',
  {
    summary: 'Become a member by the token of an invitation',
    auth: 'required',
    body: Type.Object({ token: Type.String({ minLength: 20, maxLength: 100 }) }),
    response: { 200: Type.Object({ teamId: Type.String(), roleId: Type.String() }) },
  },
  ({ body, services }) => services.managers.of(Invitation).call('accept', body),
);
