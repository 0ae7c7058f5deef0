import { BackplaneError, defineExtension, drivers } from 'backplane';

import type {} from './capabilities/email.ts';
import type config from './config.ts';
import { Email } from './email.ts';
import { type Mailbox, parseMailbox } from './message/mailbox.ts';
import { logDriver, memoryDriver } from './outbox/drivers.ts';
import { Outbox } from './outbox/outbox.ts';
import { mails } from './rendering/mails.ts';

export type { EmailMessage, EmailReceipt } from './capabilities/email.ts';
export type { Email, SendOptions, SentMail } from './email.ts';
export type { EmailFake, FakedMail } from './fake/email-fake.ts';
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
    const production = services.kernel.settings.nodeEnv === 'production';
    const outbox = new Outbox();
    container.value(
      'email',
      new Email({ settings, services, outbox, from: senderOf(settings.from, production) }),
    );
    contribute(drivers, memoryDriver(outbox));
    contribute(drivers, logDriver(outbox, log, production));
  },
});

/** Outside production mail goes into the log, and from whom does not matter. */
function senderOf(from: string | undefined, production: boolean): Mailbox | undefined {
  if (from === undefined) return production ? undefined : { address: 'no-reply@backplane.invalid' };
  const mailbox = parseMailbox(from);
  if (!('fault' in mailbox)) return mailbox;
  const faults = [`EMAIL_FROM ${mailbox.fault}, or "Acme <no-reply@acme.example>".`];
  throw new BackplaneError('SETTINGS_INVALID', { owner: 'email', faults });
}
