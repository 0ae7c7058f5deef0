import { type RouteContext, reply, route, Type } from 'backplane';
import { askingOf, unstored } from '../../auth/index.ts';
import { masked } from '../codes/masked.ts';
import { confirmFactor, enrolleeOf } from '../enrolment/enrollee.ts';
import { type FactorType, factorTypes } from '../factors/method.ts';
import { Code, closed, OptionalToken, Phone } from '../schemas/input.ts';
import { AccessView, RecoveryCodesView, SentView } from '../schemas/views.ts';

const Begin = Type.Object({ mfaToken: OptionalToken }, closed);
const Confirm = Type.Object({ code: Code, mfaToken: OptionalToken }, closed);

const Confirmed = Type.Object({
  ...AccessView,
  refreshToken: Type.Optional(Type.String({ description: 'Where this ended a login.' })),
  recoveryCodes: Type.Optional(RecoveryCodesView),
});

const TotpView = Type.Object({
  secret: Type.String({ description: 'Base32, for who cannot scan.' }),
  uri: Type.String({ description: 'otpauth://totp/…' }),
  qrCode: Type.String({ description: 'The same as a picture: a data URL of SVG.' }),
});

const names: Record<FactorType, string> = {
  totp: 'the authenticator app',
  email: 'codes by e-mail',
  sms: 'codes by SMS',
};

export default [
  route.post(
    '/totp',
    {
      summary: 'Begin to set an authenticator app up',
      description: 'It is not asked for before its first code has confirmed it.',
      auth: 'optional',
      body: Begin,
      response: { 200: TotpView },
    },
    async (context) => {
      const { user } = await enrolleeOf(context, context.body.mfaToken);
      return reply(200, await context.services.mfa.enrolments.beginTotp(user), unstored);
    },
  ),
  route.post(
    '/email',
    {
      summary: 'Begin to set codes by e-mail up: sends one to the address of the account',
      auth: 'optional',
      body: Begin,
      response: { 202: SentView },
    },
    async (context) => {
      const { user } = await enrolleeOf(context, context.body.mfaToken);
      return sent(await context.services.mfa.enrolments.beginEmail(user, askingOf(context)), context);
    },
  ),
  route.post(
    '/sms',
    {
      summary: 'Begin to set codes by SMS up: sends one to a number',
      auth: 'optional',
      body: Type.Object({ phone: Phone, mfaToken: OptionalToken }, closed),
      response: { 202: SentView },
    },
    async (context) => {
      const { phone, mfaToken } = context.body;
      const { user } = await enrolleeOf(context, mfaToken);
      return sent(await context.services.mfa.enrolments.beginSms(user, phone, askingOf(context)), context);
    },
  ),
  ...factorTypes.map((type) =>
    route.post(
      `/${type}/confirm`,
      {
        summary: `Confirm ${names[type]} with its first code`,
        auth: 'optional',
        body: Confirm,
        response: { 200: Confirmed },
      },
      async (context) => {
        const { code, mfaToken } = context.body;
        const enrollee = await enrolleeOf(context, mfaToken);
        const { accessToken, tokenType, expiresIn, refreshToken, recoveryCodes } = await confirmFactor(
          enrollee,
          type,
          code,
          context.services,
        );
        const body = { accessToken, tokenType, expiresIn, refreshToken, recoveryCodes };
        return reply(200, body, unstored);
      },
    ),
  ),
];

function sent(to: string, { services }: Pick<RouteContext, 'services'>) {
  return reply(202, { sentTo: masked(to), expiresIn: services.mfa.settings.codeLifetime });
}
