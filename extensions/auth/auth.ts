import { Accounts } from './accounts/accounts.ts';
import { AccountAdministration } from './accounts/administration.ts';
import { OneTimeTokens } from './accounts/one-time-tokens.ts';
import { PasswordLogins } from './accounts/password-logins.ts';
import { ApiKeys } from './api-keys/api-keys.ts';
import { Credentials } from './credentials/credentials.ts';
import type { AuthEnvironment } from './environment.ts';
import { KeyRing } from './keys/key-ring.ts';
import { Background } from './messages/background.ts';
import { Passwords } from './passwords/passwords.ts';
import { Sessions } from './sessions/sessions.ts';
import { AttemptThrottle } from './throttle/throttle.ts';

/** Everything about who somebody is: `services.auth`. */
export class Auth {
  readonly accounts: Accounts;
  readonly logins: PasswordLogins;
  /** Tokens that messages carry. */
  readonly tokens: OneTimeTokens;
  readonly administration: AccountAdministration;
  readonly apiKeys: ApiKeys;
  readonly sessions: Sessions;
  readonly keys: KeyRing;
  readonly passwords: Passwords;
  readonly credentials: Credentials;
  readonly throttle: AttemptThrottle;
  /** What goes on after an answer was given. */
  readonly background: Background;

  constructor(environment: AuthEnvironment) {
    const { settings, log } = environment;
    this.credentials = new Credentials(settings.credentialCache, settings.sessionCheck * 1000);
    this.keys = new KeyRing(environment);
    this.passwords = new Passwords(settings);
    this.sessions = new Sessions(environment, this.keys);
    this.apiKeys = new ApiKeys(environment, this.credentials.apiKeys);
    this.throttle = new AttemptThrottle(environment);
    this.background = new Background(log);
    this.administration = new AccountAdministration(environment, this.passwords, this.sessions);
    this.tokens = new OneTimeTokens(environment);
    this.logins = new PasswordLogins(environment, this);
    this.accounts = new Accounts(environment, this);
  }

  /** Deletes what expired: sessions, tokens, counts. */
  async sweep(): Promise<void> {
    await this.sessions.sweep();
    await this.tokens.sweep();
    await this.throttle.sweep();
  }
}
