import { randomUUID } from 'node:crypto';
import type { EmailMessage } from '../capabilities/email.ts';

/** A mail that went nowhere but here. */
export interface KeptMail extends EmailMessage {
  readonly id: string;
  readonly messageId: string;
  readonly sentAt: Date;
}

const most = 50;

/** The last mails of the drivers `log` and `memory`, newest first. In memory, for development and tests. */
export class Outbox {
  #mails: readonly KeptMail[] = [];

  get all(): readonly KeptMail[] {
    return this.#mails;
  }

  keep(message: EmailMessage, messageId: string): KeptMail {
    const kept = { ...message, id: randomUUID(), messageId, sentAt: new Date() };
    this.#mails = [kept, ...this.#mails].slice(0, most);
    return kept;
  }

  find(id: string): KeptMail | undefined {
    return this.#mails.find((mail) => mail.id === id);
  }

  clear(): void {
    this.#mails = [];
  }
}
