import type { EmailMessage } from '../capabilities/email.ts';
import type { Mailbox } from './mailbox.ts';

/** Characters of a header that all servers take. */
const longest = 900;

/** A mail that goes to one address whoever it is for, as a stage needs it. Whom it was for is in the header `X-Original-To`. */
export function redirected(message: EmailMessage, { address }: Mailbox): EmailMessage {
  const people = [...message.to, ...message.cc, ...message.bcc].map((one) => one.address).join(', ');
  return {
    ...message,
    ...{ to: [{ address }], cc: [], bcc: [] },
    headers: { ...message.headers, 'X-Original-To': people.slice(0, longest) },
  };
}
