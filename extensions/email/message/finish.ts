import type { EmailMessage } from '../capabilities/email.ts';
import { attachmentFaults, readAttachments } from './attachment.ts';
import { controlCharacters, type Mailbox, type MailboxLike, parseMailbox } from './mailbox.ts';
import type { Addressing, Content } from './message.ts';
import { invalidMessage, type MessageFault } from './message-fault.ts';
import { untilAborted } from './open-streams.ts';

/** What an application has settled for all mails. */
export interface Conventions {
  readonly from: Mailbox | undefined;
  /** Bytes. */
  readonly attachmentLimit: number;
  /** Ends the reading of attachments. */
  readonly signal?: AbortSignal | undefined;
}

/** Providers refuse more. */
const mostRecipients = 1000;

/** Headers that the parts of a mail already say. */
const reserved =
  /^(from|sender|to|cc|bcc|reply-to|subject|date|message-id|mime-version|content-.*|received|return-path|dkim-signature)$/i;

/**
 * A mail as drivers take it.
 * @throws HttpError 422 EMAIL_INVALID with everything that is wrong with it
 */
export async function finishMessage(
  addressing: Addressing,
  content: Content,
  { from: usual, attachmentLimit, signal }: Conventions,
): Promise<EmailMessage> {
  const faults: MessageFault[] = [];
  const read = (field: 'to' | 'cc' | 'bcc' | 'replyTo' | 'from'): Mailbox[] =>
    listOf(addressing[field]).flatMap(({ value, place }) => {
      const mailbox = parseMailbox(value);
      if (!('fault' in mailbox)) return [mailbox];
      faults.push({ pointer: `/${field}${place}`, message: mailbox.fault });
      return [];
    });
  const [to, cc, bcc, replyTo, [from = usual]] = [
    read('to'),
    read('cc'),
    read('bcc'),
    read('replyTo'),
    read('from'),
  ];
  const recipients = [addressing.to, addressing.cc, addressing.bcc].flatMap((one) => listOf(one)).length;
  if (recipients === 0)
    faults.push({ pointer: '/to', message: 'must have somebody who gets it ("cc" or "bcc" will do)' });
  if (recipients > mostRecipients)
    faults.push({ pointer: '/to', message: `must be at most ${mostRecipients} with "cc" and "bcc"` });
  if (from === undefined && addressing.from === undefined) {
    faults.push({ pointer: '/from', message: 'is required, since EMAIL_FROM is not set' });
  }
  faults.push(...contentFaults(content), ...headerFaults(addressing.headers ?? {}));
  const attachments = addressing.attachments ?? [];
  faults.push(...attachmentFaults(attachments));
  if (faults.length > 0 || from === undefined) throw invalidMessage(faults);
  const files = await untilAborted(readAttachments(attachments, attachmentLimit), signal);
  if (files === undefined) {
    const message = `have more than ${attachmentLimit} bytes together (EMAIL_ATTACHMENT_LIMIT)`;
    throw invalidMessage([{ pointer: '/attachments', message }]);
  }
  const { subject, text, html } = content;
  return {
    ...{
      from: plain(from),
      to: to.map(plain),
      cc: cc.map(plain),
      bcc: bcc.map(plain),
      replyTo: replyTo.map(plain),
    },
    ...{ subject, text, ...(html === undefined ? {} : { html }) },
    headers: { ...addressing.headers },
    attachments: files,
  };
}

function contentFaults({ subject, text, html }: Content): MessageFault[] {
  const faults: MessageFault[] = [];
  if (typeof text !== 'string') faults.push({ pointer: '/text', message: 'must be a text' });
  if (html !== undefined && typeof html !== 'string') {
    faults.push({ pointer: '/html', message: 'must be a text' });
  }
  if (typeof subject !== 'string' || subject.trim() === '') {
    faults.push({ pointer: '/subject', message: 'must not be empty' });
  } else if (controlCharacters.test(subject)) {
    faults.push({ pointer: '/subject', message: 'must be one line, without control characters' });
  } else if (subject.length > 998) {
    faults.push({ pointer: '/subject', message: 'must have at most 998 characters' });
  }
  if (faults.every(({ pointer }) => pointer === '/subject') && text.trim() === '' && !html?.trim())
    faults.push({ pointer: '/text', message: 'must not be empty where there is no "html"' });
  return faults;
}

function headerFaults(headers: Readonly<Record<string, string>>): MessageFault[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const pointer = `/headers/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!/^[A-Za-z0-9-]+$/.test(name))
      return [{ pointer: '/headers', message: 'has a name that is no name of a header' }];
    if (reserved.test(name)) return [{ pointer, message: 'is said by other parts of the mail' }];
    if (typeof value !== 'string' || controlCharacters.test(value) || value.length > 998) {
      return [{ pointer, message: 'must be one line of at most 998 characters' }];
    }
    return [];
  });
}

/** Each with its place in a list; what is no list has none. */
function listOf(value: Addressing['to']): readonly { readonly value: MailboxLike; readonly place: string }[] {
  // Callers without types have `null` where nobody is meant.
  if (value === undefined || value === null) return [];
  if (!isList(value)) return [{ value, place: '' }];
  return value.map((one, index) => ({ value: one, place: `/${index}` }));
}

function isList(value: MailboxLike | readonly MailboxLike[]): value is readonly MailboxLike[] {
  return Array.isArray(value);
}

function plain({ address, name }: Mailbox): { address: string; name?: string } {
  return { address, ...(name === undefined ? {} : { name }) };
}
