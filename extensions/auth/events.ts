import type { RowEvent } from 'backplane';
import type { User } from './entities/user.ts';

/** Why a session was ended before its time. */
export type RevocationReason =
  | 'logout'
  | 'revoked'
  | 'password-changed'
  | 'password-reset'
  | 'email-changed'
  | 'refresh-reused'
  | 'user-disabled';

declare module 'backplane' {
  interface Events {
    'auth.registered': { readonly userId: string; readonly email: string };
    'auth.logged-in': { readonly userId: string; readonly sessionId: string };
    'auth.login-failed': { readonly email: string; readonly ip: string | undefined };
    'auth.email-verified': { readonly userId: string };
    /** By its owner, or with a token of a message. */
    'auth.password-changed': { readonly userId: string };
    'auth.user-disabled': { readonly userId: string };
    'auth.user-enabled': { readonly userId: string };
    /** By its manager. */
    'auth.user.deleted': RowEvent<User>;
    /** Its user was recognised again, by more than before: a second factor. */
    'auth.session-raised': { readonly userId: string; readonly sessionId: string };
    'auth.session-revoked': {
      readonly userId: string;
      readonly sessionIds: readonly string[];
      readonly reason: RevocationReason;
    };
    /** Somebody used a refresh token a second time: it was stolen, and its session has been ended. */
    'auth.refresh-reused': { readonly userId: string; readonly sessionId: string };
    'auth.api-key-created': { readonly userId: string; readonly apiKeyId: string };
    'auth.api-key-revoked': { readonly userId: string; readonly apiKeyIds: readonly string[] };
    'auth.keys-rotated': { readonly kid: string; readonly immediately: boolean };
  }
}
