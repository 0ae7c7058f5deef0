import { defineExtension, strategies } from 'backplane';
import { Auth } from './auth.ts';
import type config from './config.ts';
import { apiKeyStrategy } from './credentials/api-key-strategy.ts';
import { jwtStrategy } from './credentials/jwt-strategy.ts';
import type {} from './events.ts';
import { loginGuards } from './logins/login-guards.ts';
import { authMessages } from './messages/auth-messages.ts';

export { type Asking, askingOf } from './accounts/asking.ts';
export { ownAccount } from './accounts/own-account.ts';
export { Session } from './entities/session.ts';
export { User } from './entities/user.ts';
export { forServicesOnly } from './for-services-only.ts';
export {
  type LoginGuard,
  loginGuards,
  type RecognisedLogin,
  type SecondStep,
} from './logins/login-guards.ts';
export type { LoginOutcome } from './logins/password-logins.ts';
export { stampOf } from './logins/stamp.ts';
export {
  type AuthMessage,
  type AuthMessages,
  type AuthNotice,
  authMessages,
  type DeliveryContext,
} from './messages/auth-messages.ts';
export { type PassportOptions, passportStrategy } from './passport-strategy.ts';
export { TokensView } from './schemas/views.ts';
export { digestOf, randomToken } from './secrets/random-token.ts';
export type { Vault } from './secrets/vault.ts';
export { type Client, clientOf } from './sessions/client.ts';
export { loginRefused, unstored } from './sessions/token-reply.ts';
export type { Tokens } from './sessions/tokens.ts';
export { actingAs } from './testing.ts';
export { type Counted, day } from './throttle/throttle.ts';
export type { Auth };

declare module 'backplane' {
  interface Services {
    readonly auth: Auth;
  }
}

const hour = 60 * 60 * 1000;

export default defineExtension<typeof config>({
  registries: [authMessages, loginGuards],

  register({ container, contribute, settings, log }) {
    const production = container.services.kernel.settings.nodeEnv === 'production';
    let auth: Auth | undefined;
    container.singleton('auth', (services) => new Auth({ settings, services, log, production }));
    // On the way of every request: looked up once.
    const authOnce = (): Auth => (auth ??= container.services.auth);
    const environment = { settings, services: container.services, log, production };
    contribute(strategies, jwtStrategy(environment, authOnce));
    contribute(strategies, apiKeyStrategy(authOnce));
  },

  boot({ effects, events, services: { auth }, settings, log, services }) {
    // Told by whichever generation, so that both of a reload know.
    events.on('auth.session-revoked', ({ sessionIds }) => auth.credentials.end(sessionIds));
    events.on('auth.session-raised', ({ sessionId }) => auth.credentials.tokens.forget(sessionId));
    events.on('auth.api-key-revoked', ({ apiKeyIds }) => auth.credentials.end(apiKeyIds));
    events.on('auth.user-disabled', ({ userId }) => auth.credentials.end([userId]));
    events.on('auth.user.deleted', ({ id }) => auth.credentials.end([id]));
    events.on('auth.user-enabled', ({ userId }) => auth.credentials.revive(userId));
    events.on('auth.keys-rotated', () => {
      auth.keys.forget();
      auth.credentials.clear();
    });
    effects.add('messages on their way', () => auth.background.settled());
    effects.interval(() => auth.sweep(), hour, 'deleting what expired');
    const isProduction = services.kernel.settings.nodeEnv === 'production';
    if (isProduction && settings.requireVerifiedEmail === false && settings.registration) {
      log.warn(
        'Who registers may log in without a verified address, and so find out which addresses have accounts.',
      );
    }
  },
});
