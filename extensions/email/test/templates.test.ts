import { extensionFolder, until } from 'backplane/testing';
import { expect } from 'chai';
import { defineMail } from '../rendering/define-mail.ts';
import { errorOf, shopWith, startEmail } from './support/app.ts';

/** As code of the extension would import it. */
const ShippedMail = defineMail<{ name: string; parcels: string[] }>('shipped', {
  subject: 'only the name counts',
});
const data = { name: 'Ann <b>', parcels: ['A-1'] };

describe('A mail from templates', () => {
  it('is put into its layout; values are escaped in HTML, and its text follows from it', async () => {
    using app = shopWith({});
    await using kernel = await startEmail({ extensions: [app] });
    const { subject, html, text, locale } = kernel.service('email').render(ShippedMail, data);
    expect({ subject, locale }).to.deep.equal({ subject: 'On its way, Ann <b>', locale: 'en' });
    expect(html).to.match(/^<!doctype html>[\s\S]*<title>On its way, Ann &lt;b&gt;<\/title>/);
    expect(html).to.contain('<p>Hello Ann &lt;b&gt;</p>\n<ul>\n<li>A-1</li>\n</ul>');
    expect(text).to.contain('Hello Ann <b>\n\n- A-1');
  });

  for (const [asked, found] of [
    ['de', 'de'],
    ['de-AT', 'de'],
    ['DE_at', 'de'],
    ['fr', 'en'],
    ['en-GB', 'en'],
    ['', 'en'],
  ] as const) {
    it(`asked for in "${asked}" is in "${found}"`, async () => {
      using app = shopWith({});
      await using kernel = await startEmail({ extensions: [app] });
      const { subject, html, text, locale } = kernel.service('email').render(ShippedMail, data, asked);
      expect(locale).to.equal(found);
      if (found !== 'de') {
        expect(subject).to.contain('On its way');
        return;
      }
      expect({ subject, html, text }).to.deep.equal({
        subject: 'Unterwegs',
        html: '<main lang="de"><p>Hallo Ann &lt;b&gt;</p></main>',
        // Nothing is escaped where nothing is HTML.
        text: 'Hallo Ann <b>,\nIhr Paket kommt.',
      });
    });
  }

  it('asked for in what is no language is in the usual one, also where functions make it', async () => {
    using app = shopWith({
      'mails/when.ts': `
        import { defineMail } from 'ext:email';
        export default defineMail('when', {
          subject: (_, { locale }) => locale,
          text: (_, { locale }) => new Date(0).toLocaleDateString(locale, { timeZone: 'UTC' }),
        });`,
    });
    await using kernel = await startEmail({ extensions: [app] });
    const email = kernel.service('email');
    const when = defineMail('when', { subject: '' });
    for (const [asked, locale] of [
      ['DE_at', 'de-at'],
      ['fr', 'fr'],
      ['*', 'en'],
      ['../../etc/passwd', 'en'],
      ['"><script>', 'en'],
      ['__proto__', 'en'],
      // It took half a minute to look for all its parents.
      ['a-'.repeat(50_000), 'en'],
    ] as const) {
      expect(email.render(when, {}, asked).subject, asked.slice(0, 20)).to.equal(locale);
    }
  });

  it('is in the language of EMAIL_LOCALE where nobody asks for one', async () => {
    using app = shopWith({});
    await using kernel = await startEmail({ extensions: [app], settings: { email: { locale: 'de' } } });
    expect(kernel.service('email').render(ShippedMail, data).locale).to.equal('de');
  });

  it('may be made by functions, whose HTML is escaped, too', async () => {
    using app = shopWith({
      'mails/plain.ts': `
        import { defineMail, html } from 'ext:email';
        export default defineMail<{ names: string[] }>('plain', {
          subject: ({ names }, { locale, appName }) => names.join() + ' ' + locale + ' ' + appName,
          html: ({ names }) => html\`<ul>\${names.map((name) => html\`<li>\${name}</li>\`)}\${undefined}</ul>\`,
        });`,
    });
    await using kernel = await startEmail({ extensions: [app] });
    const mail = defineMail<{ names: string[] }>('plain', { subject: '' });
    const made = kernel.service('email').render(mail, { names: ['<i>', 'b'] }, 'fr');
    expect(made).to.deep.equal({
      subject: '<i>,b fr Backplane',
      html: '<ul><li>&lt;i&gt;</li><li>b</li></ul>',
      text: '- <i>\n- b',
      locale: 'fr',
    });
  });

  it('tells file and line where a value is missing, and nothing is sent', async () => {
    using app = shopWith({});
    await using kernel = await startEmail({ extensions: [app] });
    const email = kernel.service('email');
    const error = await errorOf(() =>
      email.send(ShippedMail, { to: 'ann@example.org', data: { parcels: [] } as never }),
    );
    expect(error).to.contain('mails/shipped.html.eta:2').and.to.contain('undefined');
    expect(email.outbox.all).to.deep.equal([]);
  });

  it('that includes itself without end is told in a line', async () => {
    using app = shopWith({
      'mails/shipped.html.eta': "<%~ include('parts/a') %>",
      'mails/parts/a.html.eta': "<%~ include('shipped') %>",
    });
    await using kernel = await startEmail({ extensions: [app] });
    const error = await errorOf(() => kernel.service('email').render(ShippedMail, data));
    expect(error).to.contain('mails/shipped.html.eta:1 → mails/parts/a.html.eta:1: these templates');
    expect(error.length).to.be.below(500);
  });

  it('keeps a subject on one line, whatever people are called', async () => {
    using app = shopWith({});
    await using kernel = await startEmail({ extensions: [app] });
    const { subject } = kernel
      .service('email')
      .render(ShippedMail, { ...data, name: 'Ann\r\nBcc: eve@example.org' });
    expect(subject).to.equal('On its way, Ann Bcc: eve@example.org');
  });
});

/** Files that are wrong, and what is said of them. */
const broken: readonly [what: string, files: Record<string, string>, told: readonly string[]][] = [
  [
    'a tag that does not end',
    { 'mails/shipped.html.eta': 'a\nb <%= it.name' },
    ['mails/shipped.html.eta:2', 'unclosed tag'],
  ],
  [
    'code that is no JavaScript',
    { 'mails/shipped.html.eta': 'a\n<% if (it.a) { %>\nb\n<%= it. %>\n<% } %>' },
    ['mails/shipped.html.eta:4'],
  ],
  [
    'a block that does not end',
    { 'mails/shipped.html.eta': 'a\n<% if (it.a) { %>\nb' },
    ['mails/shipped.html.eta:', 'Unexpected'],
  ],
  [
    'a layout that is not there',
    { 'mails/shipped.html.eta': "\n<% layout('layouts/shopp') %>" },
    ['mails/shipped.html.eta:2', 'mails/layouts/shopp.html.eta'],
  ],
  [
    'a template of no mail',
    { 'mails/shiped.fr.html.eta': 'Bonjour' },
    ['mails/shiped.fr.html.eta', 'Did you mean "shipped"?'],
  ],
  ['a name that says too little', { 'mails/shipped.eta': 'x' }, ['mails/shipped.eta', 'NAME.html.eta']],
  [
    'a mail that says nothing',
    {
      'mails/empty.ts':
        "import { defineMail } from 'ext:email'; export default defineMail('empty', { subject: 'x' });",
    },
    ['mails/empty.ts', 'mails/empty.html.eta'],
  ],
  [
    'a definition with faults',
    {
      'mails/bad.ts':
        "import { defineMail } from 'ext:email'; export default defineMail('Bad Name', { subjekt: 'x' } as never);",
    },
    ['lower-case kebab-case', '"subjekt"', '"subject" must be'],
  ],
];

describe('A template that is wrong', () => {
  for (const [what, files, told] of broken) {
    it(`${what}: the extension does not load, and is told where`, async () => {
      using app = shopWith(files);
      const error = await errorOf(async () => {
        await using kernel = await startEmail({ extensions: [app] });
        return kernel;
      });
      for (const part of told) expect(error).to.contain(part);
    });
  }

  it('saved while it runs leaves the last good one serving; mended, it is the next mail', async () => {
    using app = shopWith({});
    await using kernel = await startEmail({ extensions: [app] });
    const htmlNow = () => kernel.service('email').render(ShippedMail, data, 'de').html;
    app.write({ 'mails/shipped.de.html.eta': '<p><%= it. %></p>' });
    await kernel.extensions.sync(['shop']);
    expect(htmlNow()).to.contain('Hallo');
    expect(
      kernel.logs.some(({ msg, err }) => JSON.stringify([msg, err]).includes('shipped.de.html.eta:1')),
    ).to.equal(true);
    app.write({ 'mails/shipped.de.html.eta': '<p>Servus <%= it.name %></p>' });
    await kernel.extensions.sync(['shop']);
    expect(htmlNow()).to.equal('<p>Servus Ann &lt;b&gt;</p>');
  });

  it('is noticed by the watcher as it is saved', async () => {
    using app = shopWith({});
    await using kernel = await startEmail({ extensions: [app] });
    await kernel.watch();
    app.write({ 'mails/shipped.de.html.eta': 'Moin' });
    await until(() => expect(kernel.service('email').render(ShippedMail, data, 'de').html).to.equal('Moin'));
  });
});

describe('A mail of another extension', () => {
  const brand = (files: Record<string, string>, dependencies: Record<string, string>) =>
    shopWith({
      'manifest.json': { name: 'brand', version: '1.0.0', dependencies },
      'mails/shipped.html.eta': 'Brand',
      ...files,
    });

  it('is replaced by an extension that depends on it', async () => {
    using app = shopWith({});
    using other = brand({}, { email: '^1.0.0', shop: '^1.0.0' });
    await using kernel = await startEmail({ extensions: [app, other] });
    expect(kernel.service('email').render(ShippedMail, data).html).to.equal('Brand');
  });

  it('keeps its templates where the one that takes its place has none', async () => {
    using app = shopWith({});
    using other = extensionFolder({
      'manifest.json': { name: 'brand', version: '1.0.0', dependencies: { email: '^1.0.0', shop: '^1.0.0' } },
      'mails/shipped.ts':
        "import { defineMail } from 'ext:email'; export default defineMail('shipped', { subject: 'Brand' });",
    });
    await using kernel = await startEmail({ extensions: [app, other] });
    const { subject, html } = kernel.service('email').render(ShippedMail, data);
    expect(subject).to.equal('Brand');
    expect(html).to.contain('Hello Ann');
  });

  it('is a conflict where neither depends on the other', async () => {
    using app = shopWith({});
    using other = brand({}, { email: '^1.0.0' });
    const error = await errorOf(async () => {
      await using kernel = await startEmail({ extensions: [app, other] });
      return kernel;
    });
    expect(error).to.contain('The mail "shipped"').and.to.contain('brand').and.to.contain('shop');
  });

  it('that nobody has is told with the nearest', async () => {
    using app = shopWith({});
    await using kernel = await startEmail({ extensions: [app] });
    const mail = defineMail('shiped', { subject: 'x' });
    const error = await errorOf(() => kernel.service('email').send(mail, { to: 'ann@example.org' }));
    expect(error).to.contain('Did you mean "shipped"?');
  });
});
