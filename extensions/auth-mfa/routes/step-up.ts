import { problem, reply, route, Type } from 'backplane';
import { askingOf, clientOf, unstored } from '../../auth/index.ts';
import { sendCode } from '../codes/send-code.ts';
import { codeWrong } from '../enrolment/enrolments.ts';
import { amrOf } from '../factors/method.ts';
import { ownUser, sessionEnded } from '../own-user.ts';
import { ChannelName, Code, closed, MethodName } from '../schemas/input.ts';
import { AccessView, SentView } from '../schemas/views.ts';

const Raised = Type.Object(AccessView);

export default [
  route.post(
    '/step-up/challenge',
    {
      summary: 'Have a code sent that raises the session that asks',
      auth: 'jwt',
      body: Type.Object({ factor: ChannelName }, closed),
      response: { 202: SentView },
    },
    async ({ actor, body: { factor }, services, req, locale }) => {
      const { user, sessionId } = await ownUser(actor, services);
      return sendCode(services, user, factor, sessionContext(sessionId), askingOf({ req, locale }));
    },
  ),
  route.post(
    '/step-up',
    {
      summary: 'Raise the session that asks, for routes that want a recent second factor',
      description:
        'With a factor and its code; with the password as long as the account has no factor. The refresh token stays.',
      auth: 'jwt',
      body: Type.Object(
        {
          factor: Type.Optional(MethodName),
          code: Type.Optional(Code),
          password: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
        },
        closed,
      ),
      response: { 200: Raised },
    },
    async ({ actor, body: { factor, code, password }, services, req }) => {
      const { user, sessionId } = await ownUser(actor, services);
      const { auth, mfa } = services;
      let amr: readonly string[];
      if ((await mfa.factors.types(user.id)).length === 0) {
        if (password === undefined) throw wanted('This account has no second factor: send the password.');
        await auth.logins.confirmPassword(user.id, password);
        amr = ['pwd'];
      } else {
        if (factor === undefined || code === undefined) throw wanted('Send a factor and its code.');
        const context = sessionContext(sessionId);
        const verification = { user, method: factor, code, context, client: clientOf(req) };
        if (!(await mfa.verifier.verify(verification))) throw codeWrong();
        amr = amrOf(factor);
      }
      const raised = await auth.sessions.raise(user.id, sessionId, amr);
      if (!raised) throw sessionEnded();
      const { accessToken, tokenType, expiresIn } = raised;
      return reply(200, { accessToken, tokenType, expiresIn }, unstored);
    },
  ),
];

function sessionContext(sessionId: string): string {
  return `session ${sessionId}`;
}

function wanted(detail: string): Error {
  return problem(422, detail, { code: 'STEP_UP_INCOMPLETE' });
}
