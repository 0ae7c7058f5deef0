import type { Failure } from 'backplane';
import { SmtpError } from './smtp-error.ts';

/** The server asks for a login, or for another one (RFC 4954, 6). */
const loginRefused = [530, 534, 535, 538];

/** The mail is larger than the server takes (RFC 1870); 523 of some. */
const tooLarge = [552, 523];

/**
 * What a failure of SMTP means. A reply of 4xx or 5xx says that the mail was not taken (RFC 5321, 4.2.1); without a reply it was
 * perhaps taken if all of it was on its way.
 */
export function classify(error: unknown): Failure | undefined {
  if (!(error instanceof SmtpError)) return undefined;
  // A reply of 2xx or 3xx that came as an error was none to what had been said.
  return error.reply === undefined || error.reply < 400 ? withoutReply(error) : byReply(error, error.reply);
}

function withoutReply({ code, isAnswered, isMailOut }: SmtpError): Failure {
  if (code === 'EAUTH') return { class: 'config', effect: 'none', scope: 'instance', code };
  // What the server answers, and is no refusal, says nothing about the mail.
  if (!isMailOut && !isAnswered && (code === 'EENVELOPE' || code === 'EMESSAGE'))
    return { class: 'invalid', effect: 'none', scope: 'instance', code };
  return { class: 'transient', effect: isMailOut ? 'unknown' : 'none', scope: 'instance', code };
}

function byReply({ command, message }: SmtpError, reply: number): Failure {
  const code = String(reply);
  if (reply < 500) {
    // 4.7.x is the server's policy: so many mails, so many connections. 4.3.1 and 452 are its own troubles.
    const isThrottle = /\b4\.7\.\d+\b|\brate\b|\btoo (many|fast)\b|\blimit|throttl/i.test(message);
    return isThrottle
      ? { class: 'throttled', effect: 'none', scope: 'quotaGroup', code }
      : { class: 'transient', effect: 'none', scope: 'instance', code };
  }
  if (command.startsWith('AUTH') || loginRefused.includes(reply)) {
    return { class: 'config', effect: 'none', scope: 'instance', code };
  }
  if (tooLarge.includes(reply)) return { class: 'invalid', effect: 'none', scope: 'instance', code };
  // Refused before anything was said about this mail, it is the server that is not there for us.
  if (!/^(MAIL FROM|RCPT TO|DATA)$/.test(command))
    return { class: 'transient', effect: 'none', scope: 'instance', code };
  return { class: 'declined', effect: 'none', scope: 'provider', code };
}
