import type { Attachment } from './attachment.ts';
import type { MailboxLike } from './mailbox.ts';

type OneOrMore<Value> = Value | readonly Value[];

/** Who a mail is from and for, and what goes with it. */
export interface Addressing {
  readonly to?: OneOrMore<MailboxLike>;
  readonly cc?: OneOrMore<MailboxLike>;
  /** Get it without the others seeing that. */
  readonly bcc?: OneOrMore<MailboxLike>;
  readonly replyTo?: OneOrMore<MailboxLike>;
  /** `EMAIL_FROM` if left out. */
  readonly from?: MailboxLike;
  /** Further headers, such as `List-Unsubscribe`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly attachments?: readonly Attachment[];
}

/** A mail that is written where it is sent. */
export interface PlainMessage extends Addressing {
  readonly subject: string;
  /** Made of the HTML if left out. */
  readonly text?: string;
  readonly html?: string;
}

/** A mail whose content is a definition's. */
export type MailMessage<Data> = Addressing & {
  /** `de-AT`; `EMAIL_LOCALE` if left out, or `null` as rows have it. Where there is no such template, the nearest there is. */
  readonly locale?: string | null | undefined;
} & (object extends Data ? { readonly data?: Data } : { readonly data: Data });

/** What a mail says. */
export interface Content {
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
}
