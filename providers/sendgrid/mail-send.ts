import { domainOf, type EmailMessage } from '../../extensions/email/index.ts';

type Mailbox = EmailMessage['from'];
type Recipients = Pick<EmailMessage, 'to' | 'cc' | 'bcc'>;

interface Person {
  readonly email: string;
  readonly name?: string;
}

interface Personalization {
  readonly to: readonly Person[];
  readonly cc?: readonly Person[];
  readonly bcc?: readonly Person[];
}

export interface MailSendOptions {
  /** With its angle brackets. */
  readonly messageId: string;
  /** Comes back with every event about the mail. */
  readonly key: string;
  /** The API checks it, and delivers nothing. */
  readonly sandbox: boolean;
}

/** The body of `POST /v3/mail/send` (https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send). */
export function mailSendBody(message: EmailMessage, { messageId, key, sandbox }: MailSendOptions): object {
  const { from, replyTo, subject, text, html, headers, attachments } = message;
  return {
    personalizations: personalizations(message),
    from: person(from),
    ...(replyTo.length === 0 ? {} : { reply_to_list: replyTo.map(person) }),
    subject,
    // The plain text has to come first.
    content: [
      ...(text ? [{ type: 'text/plain', value: text }] : []),
      ...(html ? [{ type: 'text/html', value: html }] : []),
    ],
    headers: { ...headers, 'Message-ID': messageId },
    custom_args: { key },
    ...(attachments.length === 0 ? {} : { attachments: attachments.map(attachment) }),
    ...(sandbox ? { mail_settings: { sandbox_mode: { enable: true } } } : {}),
  };
}

/**
 * Who gets it. Each address may be there once, and there must be a `to`: without one those of `cc` are named as such, and each of
 * `bcc` gets a mail of their own.
 */
function personalizations({ to, cc, bcc }: Recipients): readonly Personalization[] {
  const taken = new Set<string>();
  const fresh = (mailboxes: readonly Mailbox[]): Person[] =>
    mailboxes.flatMap((mailbox) => {
      const address = mailbox.address.toLowerCase();
      if (taken.has(address)) return [];
      taken.add(address);
      return [person(mailbox)];
    });
  const [first, second, third] = [fresh(to), fresh(cc), fresh(bcc)];
  if (first.length === 0 && second.length === 0) return third.map((one) => ({ to: [one] }));
  const named =
    first.length > 0 ? { to: first, ...(second.length > 0 ? { cc: second } : {}) } : { to: second };
  return [{ ...named, ...(third.length > 0 ? { bcc: third } : {}) }];
}

/** Names with these two are refused. */
function person({ address, name }: Mailbox): Person {
  const text = name?.replace(/[;,]+/g, ' ').replace(/\s+/g, ' ').trim();
  return { email: asciiDomain(address), ...(text ? { name: text } : {}) };
}

/** The API takes domains of other scripts by their ASCII names only (RFC 5890). */
function asciiDomain(address: string): string {
  return `${address.slice(0, address.lastIndexOf('@') + 1)}${domainOf(address)}`;
}

function attachment({ filename, content, contentType, cid }: EmailMessage['attachments'][number]): object {
  return {
    filename,
    content,
    ...(contentType === undefined ? {} : { type: contentType }),
    ...(cid === undefined ? { disposition: 'attachment' } : { disposition: 'inline', content_id: cid }),
  };
}
