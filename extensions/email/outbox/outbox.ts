import { randomUUID } from 'node:crypto';
import type { EmailMessage } from '../capabilities/email.ts';

/** A mail that went nowhere but here. */
export interface KeptMail extends EmailMessage {
  readonly id: string;
  readonly messageId: string;
  readonly sentAt: Date;
}

const most = 50;
/** Characters of all of them together: attachments are kept, too. */
const mostCharacters = 64_000_000;

/** The last mails of the drivers `log` and `memory`, newest first. In memory, for development and tests. */
export class Outbox {
  #mails: readonly KeptMail[] = [];

  get all(): readonly KeptMail[] {
    return this.#mails;
  }

  keep(message: EmailMessage, messageId: string): KeptMail {
    const kept = { ...message, id: randomUUID(), messageId, sentAt: new Date() };
    this.#mails = withinLimits([kept, ...this.#mails]);
    return kept;
  }

  find(id: string): KeptMail | undefined {
    return this.#mails.find((mail) => mail.id === id);
  }

  clear(): void {
    this.#mails = [];
  }
}

/** The newest, of which there is always one. */
function withinLimits(mails: readonly KeptMail[]): readonly KeptMail[] {
  let left = mostCharacters;
  return mails.slice(0, most).filter((mail, index) => {
    left -= sizeOf(mail);
    return index === 0 || left >= 0;
  });
}

function sizeOf({ text = '', html = '', attachments }: EmailMessage): number {
  return attachments.reduce((sum, { content }) => sum + content.length, text.length + html.length);
}
