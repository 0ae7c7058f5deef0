/** What went wrong while a mail was handed to a server. */
export class SmtpError extends Error {
  override readonly name = 'SmtpError';
  /** Nodemailer's code (`EAUTH`, `ECONNECTION`), or the system's where that says more (`ECONNREFUSED`). */
  readonly code: string;
  /** What was being said: `CONN`, `AUTH PLAIN`, `RCPT TO`, `DATA`. */
  readonly command: string;
  /** The server's reply, 200 to 599; none where it did not reply. */
  readonly reply: number | undefined;
  /** Did the server say something, be it a reply or not? Otherwise it is Nodemailer that refuses. */
  readonly isAnswered: boolean;
  /** May the server have the whole mail? */
  readonly isMailOut: boolean;

  constructor(cause: unknown, isMailOut: boolean) {
    const { message, code, command, reply, isAnswered } = detailsOf(cause);
    // What the server said is in the message, without whom it said it of.
    super(told(message), isAnswered ? {} : { cause });
    this.code = code;
    this.command = command;
    this.reply = reply;
    this.isAnswered = isAnswered;
    this.isMailOut = isMailOut;
  }
}

interface Details {
  readonly message: string;
  readonly code: string;
  readonly command: string;
  readonly reply: number | undefined;
  readonly isAnswered: boolean;
}

function detailsOf(cause: unknown): Details {
  const said: Readonly<Record<string, unknown>> = Error.isError(cause) ? { ...cause } : {};
  const { code, originalCode, command, responseCode, response } = said;
  return {
    message: Error.isError(cause) ? cause.message : String(cause),
    code: String(originalCode ?? code ?? 'UNKNOWN'),
    command: String(command ?? ''),
    reply: typeof responseCode === 'number' ? responseCode : undefined,
    isAnswered: typeof response === 'string' && response !== '',
  };
}

/** Characters of a reply that are told. */
const mostTold = 500;

/** Replies quote addresses, and errors end in logs: whose mailbox it was is told no further than to its domain. */
function told(message: string): string {
  return message.slice(0, mostTold).replace(/[^\s<>"'()@:;,=]+(?=@[^\s<>@])/g, '***');
}
