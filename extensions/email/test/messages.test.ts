import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { HttpError } from 'backplane';
import type { TestKernel } from 'backplane/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { parseMailbox } from '../message/mailbox.ts';
import type { PlainMessage } from '../message/message.ts';
import type { MessageFault } from '../message/message-fault.ts';
import { defineMail } from '../rendering/define-mail.ts';
import { htmlToText } from '../rendering/html-to-text.ts';
import { errorOf, startEmail } from './support/app.ts';

const tea: PlainMessage = { to: 'ann@example.org', subject: 'Tea', text: 'At four?' };

async function faultsOf(kernel: TestKernel, message: Partial<PlainMessage>): Promise<readonly string[]> {
  try {
    await kernel.service('email').send({ ...tea, ...message });
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    expect(error).to.include({ status: 422, code: 'EMAIL_INVALID' });
    const { problems = [] } = error.extra.members as { problems?: readonly MessageFault[] };
    return problems.map(({ pointer }) => pointer);
  }
  return [];
}

describe('An address', () => {
  for (const [given, address, name] of [
    ['ann@example.org', 'ann@example.org', undefined],
    [' ann@example.org ', 'ann@example.org', undefined],
    ['Ann <ann@example.org>', 'ann@example.org', 'Ann'],
    ['"Müller, Ann" <ann+tea@sub.example.org>', 'ann+tea@sub.example.org', 'Müller, Ann'],
    ['<ann@example.org>', 'ann@example.org', undefined],
    ['jürgen@bücher.example', 'jürgen@bücher.example', undefined],
    ["o'hara@example.org", "o'hara@example.org", undefined],
    ['ann@localhost', 'ann@localhost', undefined],
  ] as const) {
    it(`is read from ${given}`, () => {
      expect(parseMailbox(given)).to.deep.equal({ address, ...(name === undefined ? {} : { name }) });
    });
  }

  for (const given of [
    '',
    'ann',
    '@example.org',
    'ann@',
    'ann@@example.org',
    'ann@exa mple.org',
    'ann@example..org',
    'ann@-example.org',
    '.ann@example.org',
    'a,b@example.org',
    'ann@example.org, bob@example.org',
    'ann@example.org\r\nBcc: eve@example.org',
    'Ann\r\nBcc: eve@example.org <ann@example.org>',
    `${'a'.repeat(65)}@example.org`,
    `ann@${'a'.repeat(64)}.org`,
    'ann@example.org>',
    'Ann <ann@example.org> <eve@example.org',
    // What hosts in URLs may be, what nobody sees, and halves of characters.
    'ann@exam%2eple.org',
    'ann@0x7f.1',
    'ann@127.0.0.1',
    'ann\u202e@example.org',
    'ann\u2028x@example.org',
    'ann@exam\u200bple.org',
    'ann\ud800@example.org',
    'Ann\u2028Bcc: eve@example.org <ann@example.org>',
  ]) {
    it(`is not read from ${JSON.stringify(given)}`, () => {
      expect(parseMailbox(given)).to.have.property('fault');
    });
  }

  it('never carries what would begin another header or recipient', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\w .<>@,;"\r\n]*$/)),
        (text) => {
          const read = parseMailbox(`${text}@example.org`);
          const named = parseMailbox({ address: 'ann@example.org', name: text });
          for (const one of [read, named]) {
            if ('fault' in one) continue;
            expect(one.address).to.not.match(/[\s<>,;:"()[\]\\]|@.*@/);
            expect(one.name ?? '').to.not.match(/[\r\n\0]/);
          }
        },
      ),
    );
  });
});

describe('A mail', () => {
  it('is refused with everything that is wrong with it', async () => {
    await using kernel = await startEmail();
    const faults = await faultsOf(kernel, {
      to: ['ann@example.org', 'nobody'],
      cc: 'x@y\nz',
      from: 'me',
      replyTo: [{ address: 'a@example.org', name: 'a\r\nb' }],
      subject: 'Tea\r\nBcc: eve@example.org',
      text: ' ',
      headers: { Subject: 'other', 'X-Ok': 'fine', 'X-Bad': 'a\nb', 'no name': 'x' },
      attachments: [
        { filename: '../a', content: 'x' },
        { filename: 'b', content: 'x', contentType: 'text/html\r\nx: y', cid: 'a b' },
        { filename: 'c', content: 7 as never },
      ],
    });
    expect(faults).to.have.members([
      '/to/1',
      '/cc',
      '/from',
      '/replyTo/0',
      '/subject',
      '/text',
      '/headers/Subject',
      '/headers/X-Bad',
      '/headers',
      '/attachments/0/filename',
      '/attachments/1/contentType',
      '/attachments/1/cid',
      '/attachments/2/content',
    ]);
  });

  it('is told what is wrong with what types would have refused', async () => {
    await using kernel = await startEmail();
    const none: readonly [Record<string, unknown>, readonly string[]][] = [
      [{ to: null }, ['/to']],
      [{ to: [undefined] }, ['/to/0']],
      [{ text: 7 }, ['/text']],
      [{ html: 7, text: undefined }, ['/html']],
      [{ attachments: {} }, ['/attachments']],
      [{ attachments: [null] }, ['/attachments/0/filename', '/attachments/0/content']],
    ];
    for (const [message, faults] of none) expect(await faultsOf(kernel, message)).to.deep.equal(faults);
  });

  it('takes no attachment whose parts would be parts of the mail', async () => {
    await using kernel = await startEmail();
    const contentType = 'multipart/alternative; boundary=x';
    const attachments = [{ filename: 'a.txt', content: '--x\r\n\r\nfrom eve', contentType }];
    expect(await faultsOf(kernel, { attachments })).to.deep.equal(['/attachments/0/contentType']);
  });

  it('ends the streams it was given, also where it is refused before they are read', async () => {
    await using kernel = await startEmail();
    const file = () => createReadStream(import.meta.filename);
    const refused = file();
    expect(
      await faultsOf(kernel, { to: 'nobody', attachments: [{ filename: 'a', content: refused }] }),
    ).to.have.length(1);
    expect(refused.destroyed).to.equal(true);
    const [read, unread] = [file(), file()];
    const mail = defineMail('nobody-has-this', { subject: 'x' });
    const attachments = [read, unread].map((content) => ({ filename: 'a', content }));
    await kernel
      .service('email')
      .send(mail, { to: 'ann@example.org', attachments })
      .then(
        () => expect.fail('It was sent.'),
        () => {},
      );
    expect([read.destroyed, unread.destroyed]).to.deep.equal([true, true]);
  });

  it('with a file that is not there fails; a file that nobody reads any more ends no process', async () => {
    await using kernel = await startEmail();
    const attachmentsOf = (content: PlainMessage['text'] | Readable) => [
      { filename: 'first', content: content ?? '' },
      { filename: 'gone', content: createReadStream('/nobody/has/this') },
    ];
    // A fault without a listener would end the process (and this test).
    await faultsOf(kernel, { to: 'nobody', attachments: attachmentsOf('x') });
    const slow = Readable.from(
      (async function* () {
        await setTimeout(20);
        yield 'x';
      })(),
    );
    const failed = await faultsOf(kernel, { attachments: attachmentsOf(slow) }).catch(String);
    expect(failed).to.contain('ENOENT');
  });

  it('is given up by its signal while a stream stands still', async () => {
    await using kernel = await startEmail();
    const still = new Readable({ read() {} });
    const signal = AbortSignal.timeout(20);
    const message = { ...tea, attachments: [{ filename: 'a', content: still }] };
    const reason = await kernel
      .service('email')
      .send(message, { signal })
      .then(() => 'sent', String);
    expect(reason).to.contain('TimeoutError');
    expect(still.destroyed).to.equal(true);
  });

  it('needs somebody who gets it, in whatever way', async () => {
    await using kernel = await startEmail();
    expect(await faultsOf(kernel, { to: [] })).to.deep.equal(['/to']);
    expect(await faultsOf(kernel, { to: [], bcc: 'ann@example.org' })).to.deep.equal([]);
    const many = Array.from({ length: 1001 }, (_, index) => `a${index}@example.org`);
    expect(await faultsOf(kernel, { to: many })).to.deep.equal(['/to']);
  });

  it('takes attachments as texts, bytes and streams, up to the limit of all together', async () => {
    await using kernel = await startEmail({ settings: { email: { attachmentLimit: 8 } } });
    const attachments = [
      { filename: 'a.txt', content: 'äb' },
      { filename: 'b.bin', content: new Uint8Array([1, 2]) },
      { filename: 'c.txt', content: Readable.from(['x', Buffer.from('yz')]) },
    ];
    await kernel.service('email').send({ ...tea, attachments });
    const [mail] = kernel.service('email').outbox.all;
    expect(
      mail?.attachments.map(({ content }) => Buffer.from(content, 'base64').toString('latin1')),
    ).to.deep.equal(['Ã¤b', '\u0001\u0002', 'xyz']);
    const endless = Readable.from(
      (function* () {
        for (;;) yield 'more and ';
      })(),
    );
    expect(await faultsOf(kernel, { attachments: [{ filename: 'd', content: endless }] })).to.deep.equal([
      '/attachments',
    ]);
    expect(endless.destroyed).to.equal(true);
  });

  it('is from EMAIL_FROM unless it says otherwise; a wrong one stops the extension', async () => {
    await using kernel = await startEmail({ settings: { email: { from: 'Acme <hello@acme.example>' } } });
    const email = kernel.service('email');
    await email.send(tea);
    await email.send({ ...tea, from: 'Ann <ann@acme.example>' });
    expect(email.outbox.all.map(({ from }) => from)).to.deep.equal([
      { address: 'ann@acme.example', name: 'Ann' },
      { address: 'hello@acme.example', name: 'Acme' },
    ]);
    const failed = await startEmail({ settings: { email: { from: 'Acme' } } }).catch(
      (error: unknown) => error,
    );
    expect(String((failed as Error).cause ?? failed)).to.contain('EMAIL_FROM must be an address');
  });

  it('goes to EMAIL_ALWAYS_TO alone where that is set, and says whom it was for', async () => {
    await using kernel = await startEmail({
      settings: { email: { alwaysTo: 'Stage <stage@acme.example>' } },
    });
    const email = kernel.service('email');
    const message = { ...tea, cc: 'bob@example.org', bcc: 'carol@example.org', headers: { 'X-Ok': 'fine' } };
    expect((await email.send(message)).accepted).to.deep.equal(['stage@acme.example']);
    expect(email.outbox.all[0]).to.deep.include({
      ...{ to: [{ address: 'stage@acme.example' }], cc: [], bcc: [] },
      headers: { 'X-Ok': 'fine', 'X-Original-To': 'ann@example.org, bob@example.org, carol@example.org' },
    });
    // Tests look at whom a mail is for.
    using mails = email.fake();
    await email.send(message);
    mails.assertSent(({ to }) => to[0]?.address === 'ann@example.org');
    const failed = await errorOf(() => startEmail({ settings: { email: { alwaysTo: 'Stage' } } }));
    expect(failed).to.contain('EMAIL_ALWAYS_TO must be an address');
  });

  for (const [what, html, text] of [
    ['tags that do not end', '<p'.repeat(200_000), undefined],
    ['brackets', '<'.repeat(400_000), undefined],
    ['comments that do not end', '<!--'.repeat(100_000), ''],
    ['links that do not end', '<a href="x">'.repeat(50_000), undefined],
    ['scripts that do not end', `${'<script '.repeat(50_000)}>`, ''],
    ['heads that do not end', '<head>'.repeat(100_000), ''],
    ['no characters', '<p>a&#0;b&#xd800;c&#99999999;</p>', 'a\ufffdb\ufffdc&#99999999;'],
    ['less than', '<p>1 < 2 <3</p>', '1 < 2 <3'],
    ['links in links', '<a href="/a">a<a href="/b"><b>b</b></a> <a name="c">c</a>', 'a (/a)b (/b) c'],
    ['an image in a link', "<a href='/a'><img alt='A &amp; B' src='x'></a>", 'A & B (/a)'],
  ] as const) {
    it(`in HTML with ${what} gets a text at once`, () => {
      const begin = performance.now();
      const made = htmlToText(html);
      expect(performance.now() - begin).to.be.below(1000);
      if (text !== undefined) expect(made).to.equal(text);
    });
  }

  it('in HTML alone gets a text', async () => {
    await using kernel = await startEmail();
    const html = `<html><head><title>x</title><style>p{}</style></head><body><h1>Hello &amp; welcome</h1><p>Read <a href="https://a.example/?a=1&amp;b=2">this</a>,
      or <a href='https://b.example'>https://b.example</a>.</p><ul><li>one</li><li>two &#8211; &#x32;</li></ul><p>Bye<br>Ann</p><script>x</script></body></html>`;
    await kernel.service('email').send({ to: 'ann@example.org', subject: 'x', html });
    expect(kernel.service('email').outbox.all[0]?.text).to.equal(
      'Hello & welcome\n\nRead this (https://a.example/?a=1&b=2), or https://b.example.\n\n- one\n- two – 2\n\nBye\nAnn',
    );
  });
});
