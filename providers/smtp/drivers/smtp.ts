import { domainToASCII } from 'node:url';
import { defineDriver, Type } from 'backplane';
import { type EmailMessage, type EmailReceipt, messageIdOf } from '../../../extensions/email/index.ts';
import { classify } from '../classify.ts';
import { compose } from '../compose.ts';
import { type SessionOptions, talk } from '../session.ts';

const config = Type.Object(
  {
    host: Type.String({ minLength: 1 }),
    /** 587, or 465 with `security: 'tls'`. */
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
    /** `starttls`: encrypted before anything is said, or nothing is; `tls`: from the first byte; `none`: a mail catcher on this machine. */
    security: Type.Enum(['starttls', 'tls', 'none'], { default: 'starttls' }),
    /** Name of the account; the credential `password` belongs to it. */
    user: Type.Optional(Type.String({ minLength: 1 })),
    /** What this machine calls itself. */
    name: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9.:\\[\\]-]+$' })),
    /** Certificates (PEM) of whoever is trusted to have signed the server's; those of the system if left out. */
    ca: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

type SmtpConfig = Type.Static<typeof config>;

/** Milliseconds that a server may take to say whether it lets us in. */
const healthTimeout = 10_000;

export default defineDriver('smtp', {
  capability: 'email',
  config,
  optionalSecrets: ['password'],
  create(given, { password }) {
    if ((given.user === undefined) !== (password === undefined)) {
      throw new Error('"user" and the credential "password" belong together: give both, or neither.');
    }
    const options = sessionOptions(given, password?.reveal());
    return {
      options,
      async send(message, { key, signal, timeout }): Promise<EmailReceipt> {
        const messageId = messageIdOf(key, message.from.address);
        const raw = await compose(message, messageId);
        // Written as callers know them once the server has said its word.
        const recipients = new Map(recipientsOf(message).map((address) => [asciiDomain(address), address]));
        const envelope = { from: asciiDomain(message.from.address), to: [...recipients.keys()] };
        const { accepted, rejected } = await talk(options, { signal, timeout }, { envelope, raw });
        const asGiven = (address: string): string => recipients.get(address) ?? address;
        return {
          messageId,
          accepted: accepted.map(asGiven),
          rejected: rejected.map(({ address, reason }) => ({ address: asGiven(address), reason })),
        };
      },
    };
  },
  classify,
  async health({ options }, { signal }) {
    await talk(options, { signal, timeout: healthTimeout });
  },
});

function sessionOptions(
  { host, port, security, user, name, ca }: SmtpConfig,
  password: string | undefined,
): SessionOptions {
  return {
    host,
    ...(port === undefined ? {} : { port }),
    ...(name === undefined ? {} : { name }),
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: { ...(ca === undefined ? {} : { ca }) },
    ...(user === undefined || password === undefined ? {} : { login: { user, password } }),
  };
}

function recipientsOf({ to, cc, bcc }: EmailMessage): readonly string[] {
  return [...to, ...cc, ...bcc].map(({ address }) => address);
}

/** Servers know the domains of other scripts by their ASCII names (RFC 5890). */
function asciiDomain(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at + 1)}${domainToASCII(address.slice(at + 1))}`;
}
