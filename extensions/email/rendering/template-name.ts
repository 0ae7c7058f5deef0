/** Which of the two texts of a mail a template makes. */
export type Format = 'html' | 'text';

/** What the name of a template's file says. */
export interface TemplateName {
  /** `welcome`, `layouts/default`. */
  readonly name: string;
  /** In lower case; empty where the file names none. */
  readonly locale: string;
  readonly format: Format;
}

const pattern = /^([\w-]+(?:\/[\w-]+)*)(?:\.([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*))?\.(html|text)\.eta$/;

/** @param path relative to `mails/`: `welcome.de.html.eta` */
export function parseTemplateName(path: string): TemplateName | undefined {
  const [, name, locale = '', format] = pattern.exec(path) ?? [];
  if (name === undefined || (format !== 'html' && format !== 'text')) return undefined;
  return { name, locale: locale.toLowerCase(), format };
}
