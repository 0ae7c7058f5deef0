import { defineMail } from '../rendering/define-mail.ts';

/** Somebody with an account, and what they need to go on. */
export interface TokenMail {
  readonly name: string | null;
  readonly token: string;
  /** Of a page that takes the token, where there is one; the token itself is shown otherwise. */
  readonly url: string | undefined;
}

const sample = { name: 'Ann Example', token: 'q7Yc0fXW2k', url: 'https://app.example.org/token/q7Yc0fXW2k' };

/** Asks whether an address is whose account it is. */
export const VerificationMail = defineMail<TokenMail>('auth-verification', {
  subject: { en: 'Confirm your address', de: 'Bestätigen Sie Ihre Adresse' },
  preview: sample,
});

/** Sets a new password. */
export const ResetMail = defineMail<TokenMail>('auth-reset', {
  subject: { en: 'Set a new password', de: 'Neues Passwort setzen' },
  preview: sample,
});

/** Tells the owner of an address that somebody tried to register with it. */
export const AlreadyRegisteredMail = defineMail<{ readonly name: string | null }>('auth-already-registered', {
  subject: { en: 'You have an account already', de: 'Sie haben schon ein Konto' },
  preview: { name: 'Ann Example' },
});
