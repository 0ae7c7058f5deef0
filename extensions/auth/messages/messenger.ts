import type { AuthEnvironment } from '../environment.ts';
import { type AuthMessages, authMessages } from './auth-messages.ts';
import { loggedMessages } from './logged-messages.ts';

type Recipient = { readonly id: string; readonly email: string; readonly name: string | null };

/** Hands messages to who delivers them at this moment. */
export class Messenger {
  readonly #environment: AuthEnvironment;
  readonly #logged: AuthMessages;

  constructor(environment: AuthEnvironment) {
    this.#environment = environment;
    this.#logged = loggedMessages(environment);
  }

  async verification(user: Recipient, token: string): Promise<void> {
    const url = urlOf(this.#environment.settings.verificationUrl, token);
    await this.#delivery.sendVerification({ user: recipient(user), token, url });
  }

  async reset(user: Recipient, token: string): Promise<void> {
    const url = urlOf(this.#environment.settings.resetUrl, token);
    await this.#delivery.sendReset({ user: recipient(user), token, url });
  }

  async alreadyRegistered(user: Recipient): Promise<void> {
    await this.#delivery.sendAlreadyRegistered({ user: recipient(user) });
  }

  get #delivery(): AuthMessages {
    return this.#environment.services.kernel.snapshot.get(authMessages) ?? this.#logged;
  }
}

/** Nothing else of the row is anybody's business, least of all the hash. */
function recipient({ id, email, name }: Recipient): Recipient {
  return { id, email, name };
}

function urlOf(template: string | undefined, token: string): string | undefined {
  return template?.replaceAll('{token}', encodeURIComponent(token));
}
