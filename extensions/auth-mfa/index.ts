import { defineExtension, strategies } from 'backplane';
import { loginGuards } from '../auth/index.ts';
import type config from './config.ts';
import type { MfaEnvironment } from './environment.ts';
import type {} from './events.ts';
import { mfaGuard } from './logins/guard.ts';
import { Mfa } from './mfa.ts';
import { mfaStrategy } from './step-up/mfa-strategy.ts';

export { assertSecondFactor, stepUp } from './step-up/second-factor.ts';
export type { Mfa };

declare module 'backplane' {
  interface Services {
    readonly mfa: Mfa;
  }
}

const hour = 60 * 60 * 1000;

export default defineExtension<typeof config>({
  register({ container, contribute, settings, log }) {
    const { services } = container;
    const environment: MfaEnvironment = {
      settings,
      services,
      log,
      sends: (channel) => container.has(channel),
      vault: () => services.auth.vault('auth-mfa'),
    };
    container.singleton('mfa', () => new Mfa(environment));
    contribute(
      loginGuards,
      mfaGuard(environment, () => services.mfa),
    );
    contribute(strategies, mfaStrategy(settings.stepUpWithin));
  },

  boot({ effects, events, services }) {
    const { mfa } = services;
    // With another password they are strangers anyhow; so they are not shown any more either.
    events.on('auth.password-changed', ({ userId }) => mfa.devices.forgetAll(userId));
    effects.interval(() => mfa.sweep(), hour, 'deleting what expired');
  },
});
