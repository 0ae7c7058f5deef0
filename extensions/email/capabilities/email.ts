import { defineCapability, Type } from 'backplane';

/** No line break: a header would end there, and another begin. */
const line = (maxLength: number) => Type.String({ maxLength, pattern: '^[^\\u0000-\\u001f\\u007f]*$' });

const mailbox = Type.Object(
  {
    address: Type.String({
      maxLength: 320,
      pattern:
        '^[^\\u0000-\\u0020\\u007f<>,;:"()\\[\\]\\\\@]+@[^\\u0000-\\u0020\\u007f<>,;:"()\\[\\]\\\\@]+$',
    }),
    name: Type.Optional(line(200)),
  },
  { additionalProperties: false },
);

const mailboxes = Type.Array(mailbox, { maxItems: 1000 });

const attachment = Type.Object(
  {
    filename: line(200),
    /** Base64. */
    content: Type.String({ pattern: '^[A-Za-z0-9+/]*={0,2}$' }),
    contentType: Type.Optional(
      Type.String({ pattern: '^[\\w!#$&^.+-]+/[\\w!#$&^.+-]+(; ?[\\w-]+=[\\w.-]+)*$' }),
    ),
    /** Shown where the HTML has `cid:…`. */
    cid: Type.Optional(Type.String({ pattern: '^[\\w.@-]+$' })),
  },
  { additionalProperties: false },
);

/** A mail as drivers get it: finished, every address checked. */
export const emailMessage = Type.Object(
  {
    from: mailbox,
    to: mailboxes,
    cc: mailboxes,
    bcc: mailboxes,
    replyTo: mailboxes,
    subject: line(998),
    text: Type.Optional(Type.String()),
    html: Type.Optional(Type.String()),
    headers: Type.Record(Type.String({ pattern: '^[A-Za-z0-9-]+$' }), line(998)),
    attachments: Type.Array(attachment),
  },
  { additionalProperties: false },
);
export type EmailMessage = Type.Static<typeof emailMessage>;

/** What a driver tells of a mail that somebody has accepted. */
export const emailReceipt = Type.Object({
  /** With its angle brackets; where a provider makes its own, that. */
  messageId: Type.String(),
  /** Addresses for which it was accepted. That it arrives is not said. */
  accepted: Type.Array(Type.String()),
  /** Addresses that were refused while others were accepted. */
  rejected: Type.Array(Type.Object({ address: Type.String(), reason: Type.String() })),
});
export type EmailReceipt = Type.Static<typeof emailReceipt>;

/**
 * Mail. Neither SMTP nor the APIs of providers have idempotency keys, so that a mail is sent at most once: one that has perhaps
 * been accepted is not sent by anybody else.
 */
export const email = defineCapability('email', {
  tenants: 'own-or-shared',
  fallback: 'log',
  operations: {
    send: {
      safety: 'atMostOnce',
      input: emailMessage,
      output: emailReceipt,
      deadline: 60_000,
      attemptTimeout: 30_000,
    },
  },
});

declare module 'backplane' {
  interface Capabilities {
    email: typeof email;
  }
}
