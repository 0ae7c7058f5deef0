import { BackplaneError, defineExtension, drivers, routes } from 'backplane';

import type config from './config.ts';
import { Email } from './email.ts';
import { type Mailbox, parseMailbox } from './message/mailbox.ts';
import { logDriver, memoryDriver } from './outbox/drivers.ts';
import { Outbox } from './outbox/outbox.ts';
import { previewRoutes } from './preview/routes.ts';
import { mails } from './rendering/mails.ts';

export { type EmailMessage, type EmailReceipt, email } from './capabilities/email.ts';
export type { Email, SendOptions, SentMail } from './email.ts';
export type { EmailFake, FakedMail } from './fake/email-fake.ts';
export { AlreadyRegisteredMail, ResetMail, type TokenMail, VerificationMail } from './mails/account-mails.ts';
export { type Invitation, InvitationMail } from './mails/invitation-mail.ts';
export type { Attachment } from './message/attachment.ts';
export { domainOf, formatMailbox, type Mailbox, type MailboxLike } from './message/mailbox.ts';
export type { Addressing, MailMessage, PlainMessage } from './message/message.ts';
export { messageIdOf } from './message/message-id.ts';
export { defineMail, type Mail, type MailContext, type MailOptions } from './rendering/define-mail.ts';
export { Html, html } from './rendering/html.ts';
export { mails } from './rendering/mails.ts';

declare module 'backplane' {
  interface Services {
    readonly email: Email;
  }
}

export default defineExtension<typeof config>({
  registries: [mails],

  register({ container, contribute, settings, log }) {
    const { services } = container;
    const { nodeEnv } = services.kernel.settings;
    const production = nodeEnv === 'production';
    const outbox = new Outbox();
    container.value(
      'email',
      new Email({
        ...{ settings, services, outbox, from: senderOf(settings.from, production) },
        alwaysTo:
          settings.alwaysTo === undefined ? undefined : mailboxOf('EMAIL_ALWAYS_TO', settings.alwaysTo),
      }),
    );
    contribute(drivers, memoryDriver(outbox));
    contribute(drivers, logDriver(outbox, log, production));
    if (nodeEnv === 'development') for (const route of previewRoutes) contribute(routes, route);
  },

  boot({ services, settings, log }) {
    if (services.kernel.settings.nodeEnv !== 'production') return;
    if (settings.from === undefined)
      log.warn('EMAIL_FROM is not set: mails that do not say who they are from are refused.');
    if (settings.alwaysTo !== undefined)
      log.warn('EMAIL_ALWAYS_TO is set: all mails go there, and none to those they are for.');
  },
});

/** Outside production mail goes into the log, and from whom does not matter. */
function senderOf(from: string | undefined, production: boolean): Mailbox | undefined {
  if (from === undefined) return production ? undefined : { address: 'no-reply@backplane.invalid' };
  return mailboxOf('EMAIL_FROM', from);
}

function mailboxOf(setting: string, value: string): Mailbox {
  const mailbox = parseMailbox(value);
  if (!('fault' in mailbox)) return mailbox;
  const faults = [`${setting} ${mailbox.fault}, or "Acme <no-reply@acme.example>".`];
  throw new BackplaneError('SETTINGS_INVALID', { owner: 'email', faults });
}
