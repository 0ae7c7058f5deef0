import { BackplaneError, defineRegistry, type RouteOwner, type Services } from 'backplane';

/** What a message is about. */
export interface AuthMessage {
  readonly user: { readonly id: string; readonly email: string; readonly name: string | null };
  /** To be shown to its owner only. */
  readonly token: string;
  /** Address of a page that takes the token, where the settings name one. */
  readonly url: string | undefined;
  /** Language of whoever asked for it, `de-AT`, where that is known. */
  readonly locale: string | undefined;
}

/** A message that only tells something. */
export type AuthNotice = Omit<AuthMessage, 'token' | 'url'>;

/** What a delivery works with: the services that its own extension may use. */
export interface DeliveryContext {
  readonly services: Services;
}

/** Delivers what the owner of an address must get. An extension that sends e-mail contributes one to {@link authMessages}. */
export interface AuthMessages {
  /** Somebody registered with this address, or asked for the message again: is it theirs? */
  sendVerification(message: AuthMessage, context: DeliveryContext): Promise<void> | void;
  /** Somebody wants to set a new password. */
  sendReset(message: AuthMessage, context: DeliveryContext): Promise<void> | void;
  /** Somebody tried to register with an address that is registered. It is not told on the page. */
  sendAlreadyRegistered(message: AuthNotice, context: DeliveryContext): Promise<void> | void;
}

/** Deliveries that know their context. */
export interface BoundAuthMessages {
  sendVerification(message: AuthMessage): Promise<void> | void;
  sendReset(message: AuthMessage): Promise<void> | void;
  sendAlreadyRegistered(message: AuthNotice): Promise<void> | void;
}

/** Who delivers messages; one at most. Collects `auth-messages/`. */
export const authMessages = defineRegistry<AuthMessages, BoundAuthMessages | undefined, RouteOwner>({
  name: 'auth-messages',
  folder: 'auth-messages',
  expected: '{ sendVerification, sendReset, sendAlreadyRegistered }',
  accepts: isAuthMessages,
  compile(contributions) {
    const [first, second] = contributions;
    if (first && second) {
      throw new BackplaneError('CONTRIBUTION_CONFLICT', {
        what: 'The delivery of messages about accounts',
        owners: [first.owner.name, second.owner.name],
      });
    }
    if (first === undefined) return undefined;
    const { value, owner } = first;
    const context = (): DeliveryContext => ({ services: owner.container.services });
    return {
      sendVerification: (message) => value.sendVerification(message, context()),
      sendReset: (message) => value.sendReset(message, context()),
      sendAlreadyRegistered: (message) => value.sendAlreadyRegistered(message, context()),
    };
  },
});

function isAuthMessages(value: unknown): value is AuthMessages {
  if (typeof value !== 'object' || value === null) return false;
  return ['sendVerification', 'sendReset', 'sendAlreadyRegistered'].every(
    (name) => typeof Reflect.get(value, name) === 'function',
  );
}
