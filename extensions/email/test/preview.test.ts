import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { withImages } from '../preview/kept-mail.ts';
import { assertLocal } from '../preview/local-only.ts';
import { shopWith, startEmail } from './support/app.ts';

const env = { NODE_ENV: 'development' };
const headers = { host: 'localhost:3000' };

describe('The preview', () => {
  it('shows every mail with sample data, in each language', async () => {
    using app = shopWith({});
    await using kernel = await startEmail({ extensions: [app], env });
    const list = await kernel.inject('GET', '/email/preview', { headers });
    expect(list.status).to.equal(200);
    for (const name of [
      'shipped',
      'auth-verification',
      'auth-reset',
      'auth-already-registered',
      'teams-invitation',
    ]) {
      expect(list.body).to.contain(`href="/email/preview/${name}"`);
      const mail = await kernel.inject('GET', `/email/preview/${name}?locale=de`, { headers });
      expect(mail.status, name).to.equal(200);
      expect(mail.body).to.contain('?locale=en').and.to.contain('?locale=de');
    }
    const mail = await kernel.inject('GET', '/email/preview/shipped?locale=de', { headers });
    expect(mail.body)
      .to.contain('Unterwegs')
      .and.to.contain('Hallo Ann')
      .and.to.contain('<iframe sandbox src="?part=html&amp;locale=de"');
    const html = await kernel.inject('GET', '/email/preview/shipped?locale=de&part=html', { headers });
    expect(html.body).to.equal('<main lang="de"><p>Hallo Ann</p></main>');
    expect((await kernel.inject('GET', '/email/preview/shiped', { headers })).body).to.contain(
      'Did you mean \\"shipped\\"?',
    );
  });

  it('shows what was sent last, with its attachments', async () => {
    await using kernel = await startEmail({ env });
    const email = kernel.service('email');
    await email.send({
      to: 'ann@example.org',
      bcc: 'bob@example.org',
      subject: 'Tea <script>alert(1)</script>',
      html: '<p>At four <img src="cid:cup"></p><script>alert(2)</script>',
      attachments: [
        { filename: 'cup.png', content: Buffer.from([1, 2, 3]), contentType: 'image/png', cid: 'cup' },
      ],
    });
    const [{ id } = { id: '' }] = email.outbox.all;
    const list = await kernel.inject('GET', '/email/preview', { headers });
    expect(list.body).to.contain(`/email/preview/sent/${id}`).and.to.not.contain('<script>');
    expect((await kernel.inject('GET', '/email/preview/sent', { headers })).body).to.contain(
      `/email/preview/sent/${id}`,
    );
    const mail = await kernel.inject('GET', `/email/preview/sent/${id}`, { headers });
    expect(mail.body).to.contain('bob@example.org').and.to.contain('cup.png').and.to.not.contain('<script>');
    expect(mail.headers['content-security-policy'])
      .to.contain("default-src 'none'")
      .and.to.not.contain('script-src');
    const html = await kernel.inject('GET', `/email/preview/sent/${id}?part=html`, { headers });
    expect(html.body).to.contain('<img src="data:image/png;base64,AQID">');
    const [directive, ...others] = String(html.headers['content-security-policy']).split('; ');
    // Without allow-scripts and allow-same-origin nothing of it runs, and nothing of it has this origin.
    expect(directive).to.equal('sandbox');
    expect(others)
      .to.include("default-src 'none'")
      .and.to.satisfy((all: string[]) => all.every((one) => !one.startsWith('script-src')));
  });

  it('is not shown to nginx as it comes, which names nobody it asks for', async () => {
    const server = createServer((req, res) => {
      try {
        assertLocal({ req });
        res.end('shown');
      } catch (error) {
        res.end(String(error));
      }
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const answerTo = async (version: string): Promise<string> => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.end(
        `GET /email/preview/sent HTTP/${version}\r\nHost: localhost:3000\r\nConnection: close\r\n\r\n`,
      );
      return text(socket);
    };
    expect(await answerTo('1.1')).to.contain('shown');
    expect(await answerTo('1.0')).to.contain('same machine only');
    server.close();
  });

  it('keeps no more than memory has room for', async () => {
    await using kernel = await startEmail({ env, settings: { email: { attachmentLimit: 60_000_000 } } });
    const email = kernel.service('email');
    const send = (subject: string, size: number) =>
      email.send({
        ...{ to: 'ann@example.org', subject, text: 'x' },
        attachments: [{ filename: 'a', content: Buffer.alloc(size) }],
      });
    for (const [subject, size] of [
      ['first', 10_000_000],
      ['second', 20_000_000],
      ['third', 20_000_000],
    ] as const)
      await send(subject, size);
    expect(email.outbox.all.map(({ subject }) => subject)).to.deep.equal(['third', 'second']);
    await send('huge', 55_000_000);
    expect(email.outbox.all.map(({ subject }) => subject)).to.deep.equal(['huge']);
  });

  it('shows each image as its own, also where one name begins another', async () => {
    const attachments = ['a', 'ab'].map((cid) => ({ cid, content: Buffer.from(cid).toString('base64') }));
    const shown = withImages({
      html: '<img src="cid:ab"><img src="cid:a"><img src="cid:c">',
      attachments: attachments.map((one) => ({ ...one, filename: 'x' })),
    });
    expect(shown).to.equal(
      '<img src="data:image/png;base64,YWI="><img src="data:image/png;base64,YQ=="><img src="cid:c">',
    );
  });

  it('is for a browser on the same machine alone', async () => {
    await using kernel = await startEmail({ env });
    await kernel.service('email').send({ to: 'ann@example.org', subject: 'Tea', text: 'At four?' });
    const { id } = kernel.service('email').outbox.all[0] ?? { id: '' };
    for (const path of [
      '/email/preview',
      '/email/preview/auth-reset',
      '/email/preview/sent',
      `/email/preview/sent/${id}`,
      `/email/preview/sent/${id}?part=html`,
    ]) {
      for (const other of [
        { host: 'dev.example.org' },
        { host: 'localhost.example.org:3000' },
        { host: 'localhost', 'x-forwarded-for': '192.0.2.1' },
        { host: 'localhost', forwarded: 'for=192.0.2.1' },
        { host: 'localhost', via: '1.1 proxy' },
        { host: 'localhost', 'x-forwarded-proto': 'https' },
        { host: 'localhost', 'cf-connecting-ip': '192.0.2.1' },
      ]) {
        const response = await kernel.inject('GET', path, { headers: other });
        expect([response.status, response.json<{ code: string }>().code]).to.deep.equal([
          403,
          'PREVIEW_NOT_LOCAL',
        ]);
      }
      for (const host of ['localhost:3000', '127.0.0.1', '[::1]:3000']) {
        expect((await kernel.inject('GET', path, { headers: { host } })).status).to.equal(200);
      }
    }
  });

  for (const NODE_ENV of ['production', 'test']) {
    it(`is not there in ${NODE_ENV}`, async () => {
      await using kernel = await startEmail({ env: { NODE_ENV } });
      for (const path of ['/email/preview', '/email/preview/auth-reset']) {
        expect((await kernel.inject('GET', path, { headers })).status).to.equal(404);
      }
    });
  }
});
