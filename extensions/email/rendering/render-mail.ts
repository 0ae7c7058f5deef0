import type { Content } from '../message/message.ts';
import type { AnyMail, MailContext } from './define-mail.ts';
import { htmlToText } from './html-to-text.ts';
import { languageTag, localeCandidates } from './locales.ts';
import type { KnownMail } from './mails.ts';
import type { Format } from './template-name.ts';

export interface RenderOptions {
  /** The language that is asked for. */
  readonly locale: string;
  /** The language of everything that names none. */
  readonly usual: string;
  readonly appName: string;
}

export interface RenderedMail extends Content {
  /** The language it is in, in lower case. */
  readonly locale: string;
}

/**
 * What a mail says, in the nearest language there is.
 * @throws what its functions and templates throw; of templates with file and line
 */
export function renderMail(
  { mail, templates }: KnownMail,
  data: object,
  options: RenderOptions,
): RenderedMail {
  const { usual, appName } = options;
  const wanted = languageTag(options.locale) ?? usual;
  const found = localeCandidates(wanted, usual).find(
    (candidate) => templates.has(mail.name, candidate, 'html') || templates.has(mail.name, candidate, 'text'),
  );
  const isTemplate = (format: Format): boolean =>
    mail.options[format] === undefined && found !== undefined && templates.has(mail.name, found, format);
  // Functions have every language that they know themselves.
  const locale = (found === undefined ? wanted : found || usual).toLowerCase();
  const context: MailContext = { locale, appName };
  const subject = subjectOf(mail, data, context, usual);
  const made = (format: Format): string | undefined => {
    if (!isTemplate(format)) return mail.options[format]?.(data, context).toString();
    const given = { ...data, mail: { ...context, subject, name: mail.name } };
    return templates.render(mail.name, format, given, { locale, usual });
  };
  const html = made('html');
  const text = made('text') ?? htmlToText(html ?? '');
  return { subject, text, locale, ...(html === undefined ? {} : { html }) };
}

function subjectOf(
  { options: { subject } }: AnyMail,
  data: object,
  context: MailContext,
  usual: string,
): string {
  const made = typeof subject === 'object' ? inLanguage(subject, context.locale, usual) : subject;
  const text = typeof made === 'function' ? made(data, context) : made;
  // What people call themselves becomes part of it: a line break of theirs is a space.
  return String(text)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

function inLanguage<Value>(values: Readonly<Record<string, Value>>, locale: string, usual: string): Value {
  const byLocale = new Map(Object.entries(values).map(([key, value]) => [key.toLowerCase(), value]));
  for (const candidate of localeCandidates(locale, usual)) {
    const value = byLocale.get(candidate);
    if (value !== undefined) return value;
  }
  const [first] = byLocale.values();
  if (first === undefined) throw new TypeError('The mail has no subject.');
  return first;
}
