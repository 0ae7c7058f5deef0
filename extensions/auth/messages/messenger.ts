import type { AuthEnvironment } from '../environment.ts';
import { authMessages, type BoundAuthMessages } from './auth-messages.ts';
import { loggedMessages } from './logged-messages.ts';

type Recipient = { readonly id: string; readonly email: string; readonly name: string | null };

/** Hands messages to who delivers them at this moment. */
export class Messenger {
  readonly #environment: AuthEnvironment;
  readonly #logged: BoundAuthMessages;

  constructor(environment: AuthEnvironment) {
    this.#environment = environment;
    this.#logged = loggedMessages(environment);
  }

  async verification(user: Recipient, token: string, locale?: string): Promise<void> {
    const url = urlOf(this.#environment.settings.verificationUrl, token);
    await this.#delivery.sendVerification({ user: recipient(user), token, url, locale });
  }

  async reset(user: Recipient, token: string, locale?: string): Promise<void> {
    const url = urlOf(this.#environment.settings.resetUrl, token);
    await this.#delivery.sendReset({ user: recipient(user), token, url, locale });
  }

  async alreadyRegistered(user: Recipient, locale?: string): Promise<void> {
    await this.#delivery.sendAlreadyRegistered({ user: recipient(user), locale });
  }

  get #delivery(): BoundAuthMessages {
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
