import type { AuthMessage, AuthMessages, AuthNotice } from '../../auth/index.ts';
import {
  AlreadyRegisteredMail,
  ResetMail,
  type TokenMail,
  VerificationMail,
} from '../mails/account-mails.ts';

/** Delivers what `auth` has to tell the owners of addresses. */
const delivery: AuthMessages = {
  isFallback: true,
  async sendVerification(message, { services }) {
    await services.email.send(VerificationMail, { ...addressed(message), data: dataOf(message) });
  },
  async sendReset(message, { services }) {
    await services.email.send(ResetMail, { ...addressed(message), data: dataOf(message) });
  },
  async sendAlreadyRegistered(message, { services }) {
    const name = nameOf(message.user.name) ?? null;
    await services.email.send(AlreadyRegisteredMail, { ...addressed(message), data: { name } });
  },
};

export default delivery;

function addressed({ user: { email, name }, locale }: AuthNotice) {
  return { to: { address: email, name: nameOf(name) }, locale };
}

function dataOf({ user: { name }, token, url }: AuthMessage): TokenMail {
  return { name: nameOf(name) ?? null, token, url };
}

/** What mail programs make a link of. */
const link = /:\/\/|\bwww\.|[\p{L}\p{N}]\.\p{L}{2}/iu;

/**
 * People give themselves names that no header may have; and whoever registers with somebody else's address says what that person is
 * called, in a mail of ours: what would be a link is no name.
 */
function nameOf(name: string | null): string | undefined {
  const text = name?.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
  return text && !link.test(text) ? text : undefined;
}
