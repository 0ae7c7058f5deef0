import { problem, reply, route, Type } from 'backplane';
import { askingOf, clientOf, loginRefused, TokensView, unstored } from '../../auth/index.ts';
import { sendCode } from '../codes/send-code.ts';
import { amrOf } from '../factors/method.ts';
import { ChannelName, Code, closed, MethodName, MfaToken } from '../schemas/input.ts';
import { SentView } from '../schemas/views.ts';

const Verified = Type.Object({
  ...TokensView.properties,
  deviceToken: Type.Optional(
    Type.String({ description: 'To be sent with the next login from this device: `deviceToken`.' }),
  ),
});

export default [
  route.post(
    '/challenge',
    {
      summary: 'Have a code sent for the second step of a login',
      body: Type.Object({ mfaToken: MfaToken, factor: ChannelName }, closed),
      response: { 202: SentView },
    },
    async ({ body: { mfaToken, factor }, services, req, locale }) => {
      const { pending, user } = await services.mfa.pendingLogins.find(mfaToken, 'verify');
      return sendCode(services, user, factor, loginContext(pending.id), askingOf({ req, locale }));
    },
  ),
  route.post(
    '/verify',
    {
      summary: 'The second step of a login: tokens for a code',
      body: Type.Object(
        {
          mfaToken: MfaToken,
          factor: MethodName,
          code: Code,
          remember: Type.Optional(
            Type.Boolean({ description: 'Is this device to need no second step for a while?' }),
          ),
        },
        closed,
      ),
      response: { 200: Verified },
    },
    async ({ body: { mfaToken, factor, code, remember }, services: { auth, mfa }, req }) => {
      const { pending, user } = await mfa.pendingLogins.find(mfaToken, 'verify');
      const client = clientOf(req);
      const context = loginContext(pending.id);
      if (!(await mfa.verifier.verify({ user, method: factor, code, context, client }))) throw wrong();
      await mfa.pendingLogins.end(pending);
      const { stamp, scopes } = pending;
      const amr = [...(pending.amr ?? ['pwd']), ...amrOf(factor)];
      const tokens = await auth.logins.finish({ user, stamp, scopes, client }, amr);
      if (!tokens) throw loginRefused();
      const deviceToken = remember ? await mfa.devices.remember(user.id, stamp, client) : undefined;
      const { accessToken, tokenType, expiresIn, refreshToken } = tokens;
      return reply(200, { accessToken, tokenType, expiresIn, refreshToken, deviceToken }, unstored);
    },
  ),
];

function loginContext(id: string): string {
  return `login ${id}`;
}

function wrong(): Error {
  return problem(401, 'The code is wrong, was used already, or has expired.', {
    code: 'MFA_CODE_WRONG',
    headers: { 'www-authenticate': 'Bearer', ...unstored },
  });
}
