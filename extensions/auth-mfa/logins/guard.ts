import type { Actor } from 'backplane';
import type { LoginGuard, RecognisedLogin, SecondStep } from '../../auth/index.ts';
import type { MfaEnvironment } from '../environment.ts';
import type { Mfa } from '../mfa.ts';
import { assertSecondFactor } from '../step-up/second-factor.ts';
import { mustHaveFactor } from './must-have-factor.ts';

/** Wants a second step of whoever has a factor, and of whoever must have one. */
export function mfaGuard(environment: MfaEnvironment, mfa: () => Mfa): LoginGuard {
  return {
    async afterPassword(login: RecognisedLogin): Promise<SecondStep | undefined> {
      const { factors, devices } = mfa();
      const { user, stamp, deviceToken } = login;
      if ((await factors.types(user.id)).length === 0) {
        return mustHaveFactor(user, environment) ? enrolmentWanted(login, environment, mfa()) : undefined;
      }
      if (deviceToken !== undefined && (await devices.knows(user.id, stamp, deviceToken))) return undefined;
      return {
        code: 'MFA_REQUIRED',
        detail: 'The password is right. Send a code of one of these factors to POST /auth/mfa/verify.',
        token: await mfa().pendingLogins.begin(login, 'verify'),
        factors: await mfa().methodsOf(user),
        expiresIn: environment.settings.loginLifetime,
      };
    },
    /** Otherwise a session from before the factors, or of a remembered device, would get past them for good. */
    async beforeCredential(actor: Actor): Promise<void> {
      const hasFactor = (await mfa().factors.types(actor.id)).length > 0;
      if (hasFactor) assertSecondFactor(actor, environment.settings.stepUpWithin);
    },
  };
}

async function enrolmentWanted(
  login: RecognisedLogin,
  { settings }: MfaEnvironment,
  mfa: Mfa,
): Promise<SecondStep> {
  return {
    code: 'MFA_ENROLMENT_REQUIRED',
    detail:
      'The password is right, and a second factor has to be set up: POST /auth/mfa/totp with the mfaToken.',
    token: await mfa.pendingLogins.begin(login, 'enrol'),
    factors: mfa.enrolments.possible(login.user),
    expiresIn: settings.loginLifetime,
  };
}
