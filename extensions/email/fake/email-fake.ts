import { AssertionError } from 'node:assert';
import type { EmailMessage, EmailReceipt } from '../capabilities/email.ts';
import { formatMailbox } from '../message/mailbox.ts';
import { messageIdOf } from '../message/message-id.ts';
import type { AnyMail, Mail } from '../rendering/define-mail.ts';

/** A mail that would have been sent. */
export interface FakedMail<Data = unknown> extends EmailMessage {
  readonly messageId: string;
  /** Which it is, and what it was made of; of a mail that is defined. */
  readonly mail?: { readonly name: string; readonly data: Data; readonly locale: string };
}

type Condition<Data> = (mail: FakedMail<Data> & { readonly data: Data }) => boolean;
type AnyCondition = (mail: FakedMail) => boolean;

/** Records mails instead of sending them; what `services.email.fake()` returns. */
export class EmailFake implements Disposable {
  #mails: readonly FakedMail[] = [];
  readonly #operations = new Map<string, EmailReceipt>();
  readonly #end: () => void;

  /** @param end what ends it */
  constructor(end: () => void) {
    this.#end = end;
  }

  /** All of them, or those of one definition, oldest first. */
  sent(): readonly FakedMail[];
  sent<Data>(mail: Mail<Data>): readonly FakedMail<Data>[];
  sent(mail?: AnyMail): readonly FakedMail[] {
    return mail === undefined ? this.#mails : this.#mails.filter((one) => one.mail?.name === mail.name);
  }

  /**
   * @param mail which; left out for whatever was sent, also mails without a definition
   * @param condition is given the mail, with what it was made of as `data` where it is defined
   * @returns the first that meets it
   * @throws AssertionError that lists what was sent
   */
  assertSent<Data>(mail: Mail<Data>, condition?: Condition<Data>): FakedMail<Data>;
  assertSent(condition: AnyCondition): FakedMail;
  assertSent(mail: AnyMail | AnyCondition, condition?: Condition<unknown>): FakedMail {
    const found = this.#matching(mail, condition)[0];
    if (found) return found;
    if (typeof mail === 'function') throw this.#failure('No mail was sent as the condition says.');
    const same = this.sent(mail).length;
    throw this.#failure(
      same === 0 ? `"${mail.name}" was not sent.` : `"${mail.name}" was sent, but not as the condition says.`,
    );
  }

  /** @throws AssertionError that lists what was sent */
  assertNotSent<Data>(mail: Mail<Data>, condition?: Condition<Data>): void;
  assertNotSent(condition: AnyCondition): void;
  assertNotSent(mail: AnyMail | AnyCondition, condition?: Condition<unknown>): void {
    if (this.#matching(mail, condition).length === 0) return;
    throw this.#failure(
      typeof mail === 'function' ? 'A mail was sent as the condition says.' : `"${mail.name}" was sent.`,
    );
  }

  /** @throws AssertionError that lists what was sent */
  assertNothingSent(): void {
    if (this.#mails.length > 0) throw this.#failure('Mail was sent.');
  }

  /**
   * @param mail which to count; all if left out
   * @throws AssertionError that lists what was sent
   */
  assertSentCount(count: number, mail?: AnyMail): void {
    const found = mail === undefined ? this.#mails.length : this.sent(mail).length;
    if (found === count) return;
    const what = mail === undefined ? 'mails were' : `mails "${mail.name}" were`;
    throw this.#failure(`${found} ${what} sent, not ${count}.`);
  }

  /** For the service. @returns what a provider would */
  record(mail: Omit<FakedMail, 'messageId'>, operationId: string | undefined): EmailReceipt {
    const before = operationId === undefined ? undefined : this.#operations.get(operationId);
    if (before) return before;
    const messageId = messageIdOf(operationId ?? `fake-${this.#mails.length}`, mail.from.address);
    const receipt = { messageId, accepted: recipientsOf(mail).map(({ address }) => address), rejected: [] };
    this.#mails = [...this.#mails, { ...mail, messageId }];
    if (operationId !== undefined) this.#operations.set(operationId, receipt);
    return receipt;
  }

  /** From now on mails are sent again. */
  [Symbol.dispose](): void {
    this.#end();
  }

  #matching(mail: AnyMail | AnyCondition, condition: Condition<unknown> = () => true): readonly FakedMail[] {
    if (typeof mail === 'function') return this.#mails.filter(mail);
    return this.sent(mail).filter(
      (one) => one.mail !== undefined && condition({ ...one, data: one.mail.data }),
    );
  }

  #failure(what: string): AssertionError {
    const lines = this.#mails.map((mail) => {
      const to = recipientsOf(mail).map(formatMailbox).join(', ');
      return `  - ${mail.mail?.name ?? 'a plain message'} to ${to}: ${mail.subject}`;
    });
    return new AssertionError({
      message: `${what} ${lines.length === 0 ? 'Nothing was sent.' : `Sent:\n${lines.join('\n')}`}`,
    });
  }
}

function recipientsOf({ to, cc, bcc }: Pick<EmailMessage, 'to' | 'cc' | 'bcc'>): EmailMessage['to'] {
  return [...to, ...cc, ...bcc];
}
