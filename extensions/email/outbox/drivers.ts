import { type Driver, defineDriver, type Logger, Type } from 'backplane';
import type { EmailMessage, EmailReceipt } from '../capabilities/email.ts';
import { formatMailbox } from '../message/mailbox.ts';
import { messageIdOf } from '../message/message-id.ts';
import type { Outbox } from './outbox.ts';

const nothing = Type.Object({}, { additionalProperties: false });

/** Keeps mails in memory, as `services.email.outbox`. */
export function memoryDriver(outbox: Outbox): Driver {
  return defineDriver('memory', {
    capability: 'email',
    config: nothing,
    create: () => ({
      send: (message, { key }) =>
        receiptOf(message, outbox.keep(message, messageIdOf(key, message.from.address)).messageId),
    }),
  });
}

/**
 * Writes mails into the log, and keeps them for the preview. In production the log gets neither who they are for nor what they
 * say, since that may be a token.
 */
export function logDriver(outbox: Outbox, log: Pick<Logger, 'info' | 'warn'>, production: boolean): Driver {
  return defineDriver('log', {
    capability: 'email',
    config: nothing,
    create: () => ({
      send(message, { key }) {
        const messageId = messageIdOf(key, message.from.address);
        const { subject, text = '' } = message;
        const recipients = recipientsOf(message);
        if (production) {
          log.warn(
            { messageId, recipients: recipients.length },
            'A mail was logged instead of sent: its driver is "log".',
          );
        } else {
          const { id } = outbox.keep(message, messageId);
          log.info(
            { subject, messageId },
            `Mail to ${recipients.map(formatMailbox).join(', ')}: ${subject} (/email/preview/sent/${id})\n${text}`,
          );
        }
        return receiptOf(message, messageId);
      },
    }),
  });
}

function recipientsOf({ to, cc, bcc }: EmailMessage): EmailMessage['to'] {
  return [...to, ...cc, ...bcc];
}

function receiptOf(message: EmailMessage, messageId: string): EmailReceipt {
  return { messageId, accepted: recipientsOf(message).map(({ address }) => address), rejected: [] };
}
