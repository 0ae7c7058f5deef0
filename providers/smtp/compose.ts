import type { EmailMessage } from '../../extensions/email/index.ts';

/**
 * A mail as it goes over the wire (RFC 5322 and MIME). Who gets it as `bcc` is not in it.
 *
 * @param messageId with its angle brackets
 */
export async function compose(message: EmailMessage, messageId: string): Promise<Buffer> {
  // Nodemailer is large, and most processes start without sending mail.
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const { from, to, cc, replyTo, subject, text, html, headers, attachments } = message;
  const composer = new MailComposer({
    from: mailboxOf(from),
    to: to.map(mailboxOf),
    cc: cc.map(mailboxOf),
    replyTo: replyTo.map(mailboxOf),
    ...{ subject, text, html, headers, messageId },
    // What it is given is the mail, never a place to read it from.
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: 'win',
    attachments: attachments.map(({ filename, content, contentType, cid }) => ({
      filename,
      content: Buffer.from(content, 'base64'),
      ...(contentType === undefined ? {} : { contentType }),
      ...(cid === undefined ? {} : { cid, contentDisposition: 'inline' }),
    })),
  });
  return composer.compile().build();
}

function mailboxOf({ address, name = '' }: EmailMessage['from']): { address: string; name: string } {
  return { address, name };
}
