import { Accounts } from './accounts/accounts.ts';
import { AccountAdministration } from './accounts/administration.ts';
import { OneTimeTokens } from './accounts/one-time-tokens.ts';
import { ApiKeys } from './api-keys/api-keys.ts';
import { Credentials } from './credentials/credentials.ts';
import type { AuthEnvironment } from './environment.ts';
import { KeyRing } from './keys/key-ring.ts';
import { PasswordLogins } from './logins/password-logins.ts';
import { Background } from './messages/background.ts';
import { Passwords } from './passwords/passwords.ts';
import { Vault } from './secrets/vault.ts';
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
  readonly #secret: string;

  constructor(environment: AuthEnvironment) {
    const { settings, log } = environment;
    this.#secret = settings.secret;
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

  /**
   * Encrypts what an extension that depends on this one keeps in the database, with a key derived from JWT_SECRET.
   * @param purpose keeps it apart from what others keep: the name of the extension, and of what it is
   */
  vault(purpose: string): Vault {
    return new Vault(this.#secret, `extension ${purpose}`);
  }

  /** Deletes what expired: sessions, tokens, counts. */
  async sweep(): Promise<void> {
    await this.sessions.sweep();
    await this.tokens.sweep();
    await this.throttle.sweep();
  }
}
