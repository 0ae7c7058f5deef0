import { formatMailbox } from '../message/mailbox.ts';
import type { KeptMail } from '../outbox/outbox.ts';
import type { AnyMail } from '../rendering/define-mail.ts';
import { type Html, html } from '../rendering/html.ts';
import type { MailTable } from '../rendering/mails.ts';

/** The mails that are defined. */
export function definedList(table: MailTable): Html {
  const known = [...table.values()].sort((a, b) => a.mail.name.localeCompare(b.mail.name));
  const rows = known.map(({ mail, owner }) => {
    const { name, options } = mail;
    const shown =
      options.preview === undefined
        ? html`${name} (no "preview")`
        : html`<a href="/email/preview/${name}">${name}</a>`;
    return html`<tr><td>${shown}</td><td>${owner}</td></tr>`;
  });
  return html`<h2>Defined</h2><table><tr><th>Mail</th><th>Extension</th></tr>${rows}</table>`;
}

/** The mails that were sent last. */
export function sentList(sent: readonly KeptMail[]): Html {
  const rows = sent.map(
    ({ id, subject, to, sentAt }) =>
      html`<tr><td><a href="/email/preview/sent/${id}">${subject}</a></td><td>${to.map(formatMailbox).join(', ')}</td><td>${sentAt.toISOString()}</td></tr>`,
  );
  const table = html`<table><tr><th>Subject</th><th>To</th><th>When</th></tr>${rows}</table>`;
  return html`<h2>Sent by the drivers "log" and "memory"</h2>${rows.length === 0 ? html`<p>None yet.</p>` : table}`;
}

/** The languages that a mail has subjects in, where it has one for each. */
export function subjectLocales({ options: { subject } }: AnyMail): readonly string[] {
  return typeof subject === 'object' ? Object.keys(subject).map((locale) => locale.toLowerCase()) : [];
}
