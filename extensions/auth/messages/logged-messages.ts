import type { AuthEnvironment } from '../environment.ts';
import type { AuthNotice, BoundAuthMessages } from './auth-messages.ts';

/**
 * What happens to messages while no extension delivers them: in development the log shows them, token and all; in
 * production it says that they are lost, and keeps the tokens to itself.
 */
export function loggedMessages({ log, production }: AuthEnvironment): BoundAuthMessages {
  const tell = (
    what: string,
    { user, token, url }: AuthNotice & { token?: string; url?: string | undefined },
  ): void => {
    if (production) {
      log.warn({ userId: user.id }, `No extension delivers messages, so nobody gets this one: ${what}.`);
    } else {
      const how = url ?? token;
      log.info(
        `No extension delivers messages. To ${user.email}: ${what}${how === undefined ? '' : `: ${how}`}`,
      );
    }
  };
  return {
    sendVerification: (message) => tell('verify your address', message),
    sendReset: (message) => tell('set a new password', message),
    sendAlreadyRegistered: (message) => tell('you are registered already', message),
  };
}
