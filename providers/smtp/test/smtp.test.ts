import { until } from 'backplane/testing';
import { expect } from 'chai';
import { certificate } from './support/certificate.ts';
import { MailServer, reply } from './support/mail-server.ts';
import { failureOf, instanceAt, startSmtp, tea } from './support/send.ts';

describe('A mail sent by SMTP', () => {
  it('arrives as it was written, with everything that goes with it', async () => {
    await using server = await MailServer.start();
    await using kernel = await startSmtp(instanceAt(server));
    const { messageId, accepted, rejected } = await kernel.service('email').send({
      to: [{ address: 'ann@example.org', name: 'Ann Müller, "the Boss"' }, 'bob@bücher.example'],
      cc: 'Carol <carol@example.org>',
      bcc: 'secret@example.org',
      replyTo: 'help@acme.example',
      subject: 'Grüße – 茶',
      text: 'Tea?\n.\n..\nFrom here on\n',
      html: '<p>Tea? <img src="cid:cup"></p>',
      headers: { 'List-Unsubscribe': '<https://acme.example/off>' },
      attachments: [
        { filename: 'Prüfung.txt', content: 'äöü' },
        { filename: 'cup.png', content: Buffer.from([1, 2, 3]), contentType: 'image/png', cid: 'cup' },
      ],
    });
    expect(accepted).to.deep.equal([
      'ann@example.org',
      'bob@bücher.example',
      'carol@example.org',
      'secret@example.org',
    ]);
    expect(rejected).to.deep.equal([]);
    const [{ mail, from, to, raw } = expect.fail('Nothing arrived')] = server.arrived;
    expect(from).to.equal('no-reply@acme.example');
    expect(to).to.deep.equal([
      'ann@example.org',
      'bob@bücher.example',
      'carol@example.org',
      'secret@example.org',
    ]);
    expect(raw).to.not.contain('secret@');
    expect(mail.messageId).to.equal(messageId);
    expect(mail.subject).to.equal('Grüße – 茶');
    expect(mail.from).to.deep.include({ name: 'Acme', address: 'no-reply@acme.example' });
    expect(mail.to?.[0]).to.deep.include({ name: 'Ann Müller, "the Boss"', address: 'ann@example.org' });
    expect(mail.cc?.[0]).to.deep.include({ name: 'Carol', address: 'carol@example.org' });
    expect(mail.replyTo?.[0]).to.deep.include({ address: 'help@acme.example' });
    expect(mail.text?.replaceAll('\r\n', '\n').trimEnd()).to.equal('Tea?\n.\n..\nFrom here on');
    expect(mail.html).to.contain('<img src="cid:cup">');
    expect(mail.headers.find(({ key }) => key === 'list-unsubscribe')?.value).to.equal(
      '<https://acme.example/off>',
    );
    const [text, cup] = [...mail.attachments]
      .sort((a, b) => (a.filename ?? '').localeCompare(b.filename ?? ''))
      .reverse();
    expect(text?.filename).to.equal('Prüfung.txt');
    expect(Buffer.from(text?.content as ArrayBuffer).toString()).to.equal('äöü');
    expect(cup).to.deep.include({
      filename: 'cup.png',
      mimeType: 'image/png',
      disposition: 'inline',
      contentId: '<cup>',
    });
    expect([...new Uint8Array(cup?.content as ArrayBuffer)]).to.deep.equal([1, 2, 3]);
  });

  it('leaves nothing connected', async () => {
    await using server = await MailServer.start();
    await using kernel = await startSmtp(instanceAt(server));
    await kernel.service('email').send(tea);
    await until(() => server.connected === 0);
  });

  it('has the same Message-ID for the same work, which is done once', async () => {
    await using server = await MailServer.start();
    await using kernel = await startSmtp(instanceAt(server));
    const email = kernel.service('email');
    const first = await email.send(tea, { operationId: 'order-7' });
    const again = await email.send(tea, { operationId: 'order-7' });
    const other = await email.send(tea, { operationId: 'order-8' });
    expect(again.messageId).to.equal(first.messageId);
    expect(other.messageId).to.not.equal(first.messageId);
    expect(server.arrived.map(({ mail }) => mail.messageId)).to.deep.equal([
      first.messageId,
      other.messageId,
    ]);
  });

  for (const security of ['starttls', 'tls'] as const) {
    it(`goes through ${security}, with a login`, async () => {
      await using server = await MailServer.start({
        secure: security === 'tls',
        authOptional: false,
        onAuth: ({ username, password }, _, done) =>
          password === 'hunter2hunter2' ? done(null, { user: username }) : done(reply(535, '5.7.8 Wrong')),
      });
      const instance = instanceAt(
        server,
        { host: 'localhost', security, user: 'acme', ca: certificate },
        { secrets: { password: 'hunter2hunter2' } },
      );
      await using kernel = await startSmtp(instance);
      await kernel.service('email').send(tea);
      expect(server.arrived).to.have.length(1);
      expect(server.arrived[0]).to.include({ secure: true, user: 'acme' });
    });
  }

  it('is not sent in the clear to a server without STARTTLS, nor to one that nobody vouches for', async () => {
    await using plain = await MailServer.start({ disabledCommands: ['STARTTLS'] });
    await using stranger = await MailServer.start();
    await using kernel = await startSmtp(
      instanceAt(plain, { security: 'starttls' }, { name: 'plain' }),
      instanceAt(stranger, { security: 'starttls' }, { name: 'stranger' }),
    );
    const { code, attempts } = await failureOf(kernel.service('email').send(tea));
    expect(code).to.equal('PROVIDER_FAILED');
    expect(new Set(attempts.map(({ instance, effect }) => `${instance} ${effect}`))).to.deep.equal(
      new Set(['plain none', 'stranger none']),
    );
    expect([plain.arrived, stranger.arrived]).to.deep.equal([[], []]);
  });

  it('reports recipients that are refused while others are not', async () => {
    await using server = await MailServer.start({
      onRcptTo: ({ address }, _, done) =>
        done(address.startsWith('no') ? reply(550, '5.1.1 No such user') : null),
    });
    await using kernel = await startSmtp(instanceAt(server));
    const sent = await kernel
      .service('email')
      .send({ ...tea, to: ['ann@example.org', 'nobody@example.org'] });
    expect(sent.accepted).to.deep.equal(['ann@example.org']);
    expect(sent.rejected).to.have.length(1);
    expect(sent.rejected[0]?.address).to.equal('nobody@example.org');
    expect(sent.rejected[0]?.reason).to.contain('No such user');
  });
});
