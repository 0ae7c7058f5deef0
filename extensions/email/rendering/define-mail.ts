import { BackplaneError } from 'backplane';
import type { Html } from './html.ts';

/** What functions of a mail know besides its data. Templates see it as `it.mail`. */
export interface MailContext {
  /** `de-at`, in lower case. */
  readonly locale: string;
  /** `EMAIL_APP_NAME`. */
  readonly appName: string;
}

type Made<Data, Result> = (data: Data, context: MailContext) => Result;
type Text<Data> = string | Made<Data, string>;

export interface MailOptions<Data> {
  /** A text, a function that makes one, or one of these for each language: `{ en: 'Welcome', de: 'Willkommen' }`. */
  readonly subject: Text<Data> | Readonly<Record<string, Text<Data>>>;
  /** Instead of templates: `html` escapes what it is given. */
  readonly html?: Made<Data, Html>;
  /** Instead of a template; made of the HTML where there is neither. */
  readonly text?: Made<Data, string>;
  /** Data for the preview at `/email/preview`. */
  readonly preview?: Data;
}

/** A test has modules of its own, and means the same mails: it is known by this. */
const kind = Symbol.for('backplane.email.mail');

/** A kind of mail; made with {@link defineMail}. */
export interface Mail<Data> {
  readonly name: string;
  readonly options: MailOptions<Data>;
}

/** A mail of whatever data, as registries and lists hold them. */
// biome-ignore lint/suspicious/noExplicitAny: what is done with the data is the definition's affair alone
export type AnyMail = Mail<any>;

/** Was this made with {@link defineMail}? */
export function isMail(value: unknown): value is AnyMail {
  return typeof value === 'object' && value !== null && kind in value;
}

const known = ['subject', 'html', 'text', 'preview'];

/**
 * Defines a kind of mail, as a file under `mails/` exports it. Its templates lie beside it: `welcome.html.eta`,
 * `welcome.text.eta`, `welcome.de.html.eta`.
 *
 * @param name lower-case kebab-case; the same as that of another extension's mail, on which this one depends, takes its place
 * @throws DEFINITION_INVALID
 *
 * @example
 * export const WelcomeMail = defineMail<{ name: string }>('welcome', {
 *   subject: { en: ({ name }) => `Welcome, ${name}`, de: ({ name }) => `Willkommen, ${name}` },
 *   preview: { name: 'Ann' },
 * });
 * export default WelcomeMail;
 */
export function defineMail<Data = Record<never, never>>(
  name: string,
  options: MailOptions<Data>,
): Mail<Data> {
  const faults = mailFaults(name, options);
  if (faults.length > 0)
    throw new BackplaneError('DEFINITION_INVALID', { define: `defineMail('${name}')`, faults });
  return Object.assign({ name, options }, { [kind]: true });
}

function mailFaults(name: string, options: AnyMail['options']): string[] {
  const { subject, html, text } = options;
  const faults = Object.keys(options)
    .filter((key) => !known.includes(key))
    .map((key) => `Unknown key "${key}". Known: ${known.join(', ')}.`);
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    faults.push(`"${name}" must be lower-case kebab-case, as "order-shipped".`);
  }
  const subjects = typeof subject === 'object' && subject !== null ? Object.values(subject) : [subject];
  if (
    subjects.length === 0 ||
    !subjects.every((one) => typeof one === 'string' || typeof one === 'function')
  ) {
    faults.push('"subject" must be a text, a function, or one of these for each language.');
  }
  for (const [key, value] of Object.entries({ html, text })) {
    if (value !== undefined && typeof value !== 'function') {
      faults.push(`"${key}" must be a function; templates are files beside it.`);
    }
  }
  return faults;
}
