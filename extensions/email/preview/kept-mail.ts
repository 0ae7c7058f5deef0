import { formatMailbox, type Mailbox } from '../message/mailbox.ts';
import type { KeptMail } from '../outbox/outbox.ts';
import { type Html, html } from '../rendering/html.ts';

/** A line of a table: what it is called, and what it is. */
export type Row = readonly [name: string, value: string | Html];

/** What a mail that was kept says besides its text. */
export function headersOf(mail: KeptMail): readonly Row[] {
  const { from, to, cc, bcc, replyTo, subject, headers, messageId, sentAt, attachments } = mail;
  const people = (name: string, mailboxes: readonly Mailbox[]): readonly Row[] =>
    mailboxes.length === 0 ? [] : [[name, mailboxes.map(formatMailbox).join(', ')]];
  return [
    ...people('From', [from]),
    ...people('To', to),
    ...people('Cc', cc),
    ...people('Bcc', bcc),
    ...people('Reply-To', replyTo),
    ['Subject', subject],
    ['Date', sentAt.toISOString()],
    ['Message-ID', messageId],
    ...Object.entries(headers),
    ...attachments.map(
      ({ filename, content, contentType }): Row => [
        'Attachment',
        html`<a download="${filename}" href="data:${contentType ?? 'application/octet-stream'};base64,${content}">${filename}</a>`,
      ],
    ),
  ];
}

/** The HTML of a mail, with the images that came along. */
export function withImages({ html: text = '', attachments }: Pick<KeptMail, 'html' | 'attachments'>): string {
  const byCid = new Map(attachments.map((one) => [one.cid, one]));
  return text.replace(/\bcid:([\w.@-]+)/g, (whole, cid: string) => {
    const found = byCid.get(cid);
    return found ? `data:${found.contentType ?? 'image/png'};base64,${found.content}` : whole;
  });
}
