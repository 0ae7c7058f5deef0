import { didYouMean, problem, type Reply, type Route, route, type Services, Type } from 'backplane';
import type { Content } from '../message/message.ts';
import { html } from '../rendering/html.ts';
import { type KnownMail, mails } from '../rendering/mails.ts';
import { headersOf, type Row, withImages } from './kept-mail.ts';
import { definedList, sentList, subjectLocales } from './lists.ts';
import { assertLocal } from './local-only.ts';
import { mailFrame, page } from './page.ts';

const Query = Type.Object({
  locale: Type.Optional(Type.String({ description: 'Language, such as "de"' })),
  part: Type.Optional(Type.Enum(['html'], { description: 'The HTML of the mail by itself' })),
});

/** What a developer sees of mails: those that are defined, with sample data, and the last that were sent. */
export const previewRoutes: readonly Route[] = [
  route.get('/preview', { summary: 'Mails there are, and those sent last (development)' }, (context) => {
    assertLocal(context);
    return page(
      'Mails',
      html`${definedList(context.services.kernel.snapshot.get(mails))}${sentList(context.services.email.outbox.all)}`,
    );
  }),

  route.get(
    '/preview/:name',
    {
      summary: 'A mail with sample data (development)',
      params: Type.Object({ name: Type.String({ examples: ['auth-reset'] }) }),
      query: Query,
    },
    (context) => {
      assertLocal(context);
      const { params, query, services } = context;
      const { mail, templates } = knownMail(services, params.name);
      const { preview } = mail.options;
      if (preview === undefined)
        throw problem(404, `The mail "${mail.name}" has no sample data. Give it "preview".`);
      const content = services.email.render(mail, preview, query.locale);
      if (query.part === 'html') return mailFrame(content.html ?? '');
      const languages = [
        ...new Set([content.locale, ...templates.locales(mail.name), ...subjectLocales(mail)]),
      ];
      const links = languages.sort().map((locale) => html` <a href="?locale=${locale}">${locale}</a>`);
      const rows: readonly Row[] = [
        ['Subject', content.subject],
        ['Language', html`${content.locale} (${links})`],
      ];
      return shown(mail.name, content, rows, `?part=html&locale=${encodeURIComponent(content.locale)}`);
    },
  ),

  route.get('/preview/sent', { summary: 'Mails sent last (development)' }, (context) => {
    assertLocal(context);
    return page('Sent mails', sentList(context.services.email.outbox.all));
  }),

  route.get(
    '/preview/sent/:id',
    {
      summary: 'A mail that the driver "log" or "memory" has kept (development)',
      params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
      query: Type.Object({ part: Query.properties.part }),
    },
    (context) => {
      assertLocal(context);
      const { params, query, services } = context;
      const mail = services.email.outbox.find(params.id);
      if (mail === undefined) throw problem(404, 'This mail is not kept any more.');
      const content = {
        subject: mail.subject,
        text: mail.text ?? '',
        ...(mail.html === undefined ? {} : { html: withImages(mail) }),
      };
      if (query.part === 'html') return mailFrame(content.html ?? '');
      return shown(mail.subject, content, headersOf(mail), '?part=html');
    },
  ),
];

function shown(title: string, { text, html: mail }: Content, rows: readonly Row[], frame: string): Reply {
  const table = html`<table>${rows.map(([name, value]) => html`<tr><th>${name}</th><td>${value}</td></tr>`)}</table>`;
  const shownHtml =
    mail === undefined ? '' : html`<h2>HTML</h2><iframe sandbox src="${frame}" title="HTML"></iframe>`;
  return page(
    title,
    html`<p><a href="/email/preview">All mails</a></p>${table}${shownHtml}<h2>Text</h2><pre>${text}</pre>`,
  );
}

function knownMail({ kernel }: Services, name: string): KnownMail {
  const table = kernel.snapshot.get(mails);
  const known = table.get(name);
  if (known) return known;
  throw problem(404, `There is no mail "${name}".${didYouMean(name, table.keys())}`);
}
