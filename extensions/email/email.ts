import { type Attempt, type CallOptions, didYouMean, type Services, type SettingsOf } from 'backplane';
import type { EmailReceipt } from './capabilities/email.ts';
import type config from './config.ts';
import { EmailFake } from './fake/email-fake.ts';
import { finishMessage } from './message/finish.ts';
import type { Mailbox } from './message/mailbox.ts';
import type { Addressing, Content, MailMessage, PlainMessage } from './message/message.ts';
import { OpenStreams } from './message/open-streams.ts';
import { redirected } from './message/redirect.ts';
import type { Outbox } from './outbox/outbox.ts';
import { type AnyMail, isMail, type Mail } from './rendering/define-mail.ts';
import { htmlToText } from './rendering/html-to-text.ts';
import { type KnownMail, mails } from './rendering/mails.ts';
import { type RenderedMail, renderMail } from './rendering/render-mail.ts';

export interface SendOptions extends Pick<CallOptions, 'operationId' | 'signal' | 'deadline' | 'affinity'> {
  /** Whose instances send it, where settings give somebody their own. */
  readonly tenant?: string;
}

/** What became of a mail that was sent. */
export interface SentMail extends EmailReceipt {
  readonly attempts: readonly Attempt[];
}

export interface EmailParts {
  readonly settings: SettingsOf<typeof config>;
  readonly services: Services;
  readonly from: Mailbox | undefined;
  /** Who gets all mails instead. */
  readonly alwaysTo: Mailbox | undefined;
  readonly outbox: Outbox;
}

/** Sends mails: the service `email`. */
export class Email {
  readonly #parts: EmailParts;
  /** The last one counts. */
  #fakes: readonly EmailFake[] = [];

  constructor(parts: EmailParts) {
    this.#parts = parts;
  }

  /** What the drivers `log` and `memory` have kept, newest first. */
  get outbox(): Outbox {
    return this.#parts.outbox;
  }

  /**
   * Sends a mail that is defined, or one that is written here.
   *
   * @param options `operationId`: what the mail is about (`order-7-shipped`). Sent again under it, the mail goes out once.
   * @returns who accepted it for whom; `rejected` are recipients that were refused while others were not
   * @throws HttpError 422 EMAIL_INVALID with everything that is wrong with it; PROVIDER_UNAVAILABLE while nobody sends mail;
   *   PROVIDER_DECLINED where no recipient is accepted; PROVIDER_OUTCOME_UNKNOWN where it has perhaps been sent, and the others of
   *   a call; what templates throw
   *
   * @example
   * await services.email.send(WelcomeMail, { to: user.email, data: { name: user.name }, locale });
   * await services.email.send({ to: 'ann@example.org', subject: 'Tea', text: 'At four?' });
   */
  send<Data>(mail: Mail<Data>, message: MailMessage<Data>, options?: SendOptions): Promise<SentMail>;
  send(message: PlainMessage, options?: SendOptions): Promise<SentMail>;
  async send(
    first: AnyMail | PlainMessage,
    second: MailMessage<object> | SendOptions = {},
    third: SendOptions = {},
  ): Promise<SentMail> {
    const isDefined = isMail(first);
    // From here on they are ours, whatever becomes of the mail.
    using _streams = new OpenStreams((isDefined ? (second as MailMessage<object>) : first).attachments);
    if (!isDefined) return await this.#send(first, plainContent(first), second as SendOptions);
    const message = second as MailMessage<object>;
    const data = message.data ?? {};
    const content = this.render(first, data, message.locale ?? undefined);
    return await this.#send(message, content, third, { name: first.name, data, locale: content.locale });
  }

  /**
   * What a mail would say.
   * @param locale `EMAIL_LOCALE` if left out
   * @throws what its templates and functions throw
   */
  render<Data>(mail: Mail<Data>, data: Data, locale = this.#parts.settings.locale): RenderedMail {
    const { locale: usual, appName } = this.#parts.settings;
    // Data that is no object has no names for templates.
    return renderMail(this.#known(mail), Object(data), { locale, usual, appName });
  }

  /**
   * From now on nothing is sent, but recorded, until what is returned is disposed. For tests.
   *
   * @example
   * using mails = kernel.service('email').fake();
   * mails.assertSent(WelcomeMail, ({ to }) => to[0]?.address === 'ann@example.org');
   */
  fake(): EmailFake {
    const fake = new EmailFake(() => {
      this.#fakes = this.#fakes.filter((one) => one !== fake);
    });
    this.#fakes = [...this.#fakes, fake];
    return fake;
  }

  async #send(
    addressing: Addressing,
    content: Content,
    { tenant, ...options }: SendOptions,
    mail?: { readonly name: string; readonly data: unknown; readonly locale: string },
  ): Promise<SentMail> {
    const { settings, from, alwaysTo, services } = this.#parts;
    const message = await finishMessage(addressing, content, {
      from,
      attachmentLimit: settings.attachmentLimit,
      signal: options.signal,
    });
    const fake = this.#fakes.at(-1);
    if (fake)
      return { ...fake.record({ ...message, ...(mail ? { mail } : {}) }, options.operationId), attempts: [] };
    const client = services.providers.for('email', { tenant });
    const { value, attempts } = await client.send(
      alwaysTo ? redirected(message, alwaysTo) : message,
      options,
    );
    return { ...value, attempts };
  }

  #known(mail: AnyMail): KnownMail {
    const table = this.#parts.services.kernel.snapshot.get(mails);
    const known = table.get(mail.name);
    if (known) return known;
    const suggestion = didYouMean(mail.name, table.keys());
    throw new Error(
      `No active extension has the mail "${mail.name}".${suggestion} Export it from a file in mails/.`,
    );
  }
}

function plainContent({ subject, text, html }: PlainMessage): Content {
  const fromHtml = typeof html === 'string' ? htmlToText(html) : '';
  return { subject, text: text ?? fromHtml, ...(html === undefined ? {} : { html }) };
}
