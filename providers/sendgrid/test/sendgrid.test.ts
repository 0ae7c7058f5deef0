import { isBackplaneError } from 'backplane';
import { type TestKernel, testKernel } from 'backplane/testing';
import { expect } from 'chai';
import { apiKey, type Fault, refuse, SendGridServer } from './support/sendgrid-server.ts';

type Settings = Readonly<Record<string, unknown>>;

function instanceAt({ url }: SendGridServer, config: Settings = {}, more: Settings = {}): Settings {
  return { name: 'main', driver: 'sendgrid', config: { url, ...config }, secrets: { apiKey }, ...more };
}

function start(...instances: readonly Settings[]): Promise<TestKernel> {
  return testKernel({
    from: import.meta.url,
    extensions: ['..', '../../../extensions/email'],
    settings: { providers: { email: instances }, email: { from: 'Acme <no-reply@acme.example>' } },
  });
}

const tea = { to: 'ann@example.org', subject: 'Tea', text: 'At four?' };

async function failureOf(
  work: Promise<unknown>,
): Promise<{ code: string; message: string; attempts: readonly Settings[]; retryAfter?: number }> {
  try {
    await work;
  } catch (error) {
    if (!isBackplaneError(error)) throw error;
    const { attempts = [], retryAfter } = error.details as {
      attempts?: readonly Settings[];
      retryAfter?: number;
    };
    return {
      code: error.code,
      message: error.message,
      attempts,
      ...(retryAfter === undefined ? {} : { retryAfter }),
    };
  }
  throw new Error('It was sent.');
}

describe('A mail sent by SendGrid', () => {
  it('has everything that goes with it, by the rules of the API', async () => {
    await using server = await SendGridServer.start();
    await using kernel = await start(instanceAt(server));
    const sent = await kernel.service('email').send(
      {
        to: [{ address: 'ann@example.org', name: 'Müller, Ann; Dr.' }, 'bob@example.org'],
        cc: ['ANN@example.org', 'carol@example.org'],
        bcc: 'secret@example.org',
        replyTo: ['help@acme.example', 'Sales <sales@acme.example>'],
        subject: 'Grüße',
        text: 'Tea?',
        html: '<p>Tea? <img src="cid:cup"></p>',
        headers: { 'List-Unsubscribe': '<https://acme.example/off>' },
        attachments: [
          { filename: 'a.txt', content: 'äöü' },
          { filename: 'cup.png', content: Buffer.from([1, 2, 3]), contentType: 'image/png', cid: 'cup' },
        ],
      },
      { operationId: 'order-7' },
    );
    expect(sent).to.include({ providerId: 'filter-1' });
    expect(sent.accepted).to.include.members(['ann@example.org', 'carol@example.org', 'secret@example.org']);
    const [mail] = server.mails;
    expect(mail).to.deep.equal({
      personalizations: [
        {
          to: [{ email: 'ann@example.org', name: 'Müller Ann Dr.' }, { email: 'bob@example.org' }],
          cc: [{ email: 'carol@example.org' }],
          bcc: [{ email: 'secret@example.org' }],
        },
      ],
      from: { email: 'no-reply@acme.example', name: 'Acme' },
      reply_to_list: [{ email: 'help@acme.example' }, { email: 'sales@acme.example', name: 'Sales' }],
      subject: 'Grüße',
      content: [
        { type: 'text/plain', value: 'Tea?' },
        { type: 'text/html', value: '<p>Tea? <img src="cid:cup"></p>' },
      ],
      headers: { 'List-Unsubscribe': '<https://acme.example/off>', 'Message-ID': sent.messageId },
      custom_args: { key: 'send:order-7' },
      attachments: [
        { filename: 'a.txt', content: Buffer.from('äöü').toString('base64'), disposition: 'attachment' },
        { filename: 'cup.png', content: 'AQID', type: 'image/png', disposition: 'inline', content_id: 'cup' },
      ],
    });
  });

  it('goes to everybody in blind copy by themselves', async () => {
    await using server = await SendGridServer.start();
    await using kernel = await start(instanceAt(server));
    await kernel
      .service('email')
      .send({ bcc: ['a@example.org', 'b@example.org'], subject: 'Tea', text: 'At four?' });
    expect(server.mails[0]?.personalizations).to.deep.equal([
      { to: [{ email: 'a@example.org' }] },
      { to: [{ email: 'b@example.org' }] },
    ]);
  });

  it('names domains of other scripts as the API takes them', async () => {
    await using server = await SendGridServer.start();
    await using kernel = await start(instanceAt(server));
    const { accepted } = await kernel.service('email').send({ ...tea, to: 'Bob <bob@bücher.example>' });
    expect(server.mails[0]?.personalizations[0]?.to[0]).to.include({ email: 'bob@xn--bcher-kva.example' });
    expect(accepted).to.deep.equal(['bob@bücher.example']);
  });

  it('is taken once the API says so, whatever becomes of the rest of the answer', async () => {
    await using server = await SendGridServer.start();
    server.faults.push((_req, res) => {
      res.writeHead(202, { 'x-message-id': 'filter-9', 'content-length': '10' }).write('x');
      setTimeout(() => res.destroy(), 20);
    });
    await using kernel = await start(instanceAt(server));
    expect(await kernel.service('email').send(tea)).to.include({ providerId: 'filter-9' });
  });

  it('is only checked in the sandbox', async () => {
    await using server = await SendGridServer.start();
    await using kernel = await start(instanceAt(server, { sandbox: true }));
    expect((await kernel.service('email').send(tea)).accepted).to.deep.equal(['ann@example.org']);
    expect([server.mails.length, server.sandboxed.length]).to.deep.equal([0, 1]);
  });
});

const refused =
  (
    status: number,
    message: string,
    field: string | null = null,
    headers: Record<string, string> = {},
  ): Fault =>
  (_req, res) =>
    refuse(res, status, [{ message, field }], headers);

/** What the API may answer, and what it leads to where a second account is there. */
const faults: readonly [
  what: string,
  fault: Fault,
  outcome: string,
  effect: string,
  second: 'sends it' | 'is not asked',
][] = [
  ['400', refused(400, 'Invalid', 'subject'), 'invalid', 'none', 'is not asked'],
  ['401 for want of credits', refused(401, 'Maximum credits exceeded'), 'throttled', 'none', 'sends it'],
  ['403', refused(403, 'access forbidden'), 'config', 'none', 'sends it'],
  [
    '403 for the sender',
    refused(403, 'The from address does not match a verified Sender Identity.', 'from'),
    'declined',
    'none',
    'is not asked',
  ],
  ['404', refused(404, 'not found'), 'config', 'none', 'sends it'],
  ['413', refused(413, 'Payload too large'), 'invalid', 'none', 'is not asked'],
  ['429', refused(429, 'too many requests'), 'throttled', 'none', 'sends it'],
  ['451', refused(451, 'data residency'), 'config', 'none', 'sends it'],
  ['500', refused(500, 'internal'), 'transient', 'unknown', 'is not asked'],
  [
    '502',
    (_req, res) => void res.writeHead(502).end('<html>bad gateway</html>'),
    'transient',
    'unknown',
    'is not asked',
  ],
  [
    '503 with Retry-After',
    refused(503, 'unavailable', null, { 'retry-after': '1' }),
    'transient',
    'none',
    'sends it',
  ],
  [
    'a redirect',
    (_req, res) => void res.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    'transient',
    'unknown',
    'is not asked',
  ],
  [
    'a connection that breaks before the answer',
    (req) => void req.socket.destroy(),
    'transient',
    'unknown',
    'is not asked',
  ],
];

describe('What fails at SendGrid', () => {
  for (const [what, fault, outcome, effect, second] of faults) {
    it(`${what}: ${outcome}, effect ${effect}, and a second account ${second}`, async () => {
      await using server = await SendGridServer.start();
      await using other = await SendGridServer.start();
      server.faults.push(fault, fault, fault);
      const first = instanceAt(server, {}, { name: 'first' });
      await using kernel = await start(first, instanceAt(other, {}, { name: 'second', priority: 1 }));
      const sent = await kernel
        .service('email')
        .send(tea)
        .catch((error: unknown) => error);
      const attempts = isBackplaneError(sent)
        ? (sent.details as { attempts: readonly Settings[] }).attempts
        : (sent as { attempts: readonly Settings[] }).attempts;
      expect(attempts[0]).to.include({ instance: 'first', outcome, effect });
      expect(other.mails).to.have.length(second === 'sends it' ? 1 : 0);
      expect(server.requests).to.equal(1);
      expect(JSON.stringify([kernel.logs, String(sent)])).to.not.contain('secret-part');
    });
  }

  it('a key that is refused disables the instance, and is told nowhere', async () => {
    await using server = await SendGridServer.start();
    await using kernel = await start(instanceAt(server, {}, { secrets: { apiKey: 'SG.wrong-and-secret' } }));
    const email = kernel.service('email');
    const { attempts } = await failureOf(email.send(tea));
    expect(attempts[0]).to.include({ outcome: 'config', code: '401' });
    expect((await failureOf(email.send(tea))).code).to.equal('PROVIDER_UNAVAILABLE');
    expect(server.requests).to.equal(1);
    expect(JSON.stringify(kernel.logs)).to.not.contain('wrong-and-secret');
  });

  it('what is wrong with a mail is told as the API says it', async () => {
    await using server = await SendGridServer.start();
    server.faults.push(refused(400, 'The subject is odd.', 'subject'));
    await using kernel = await start(instanceAt(server));
    const { code, message } = await failureOf(kernel.service('email').send(tea));
    expect(code).to.equal('PROVIDER_REFUSED');
    expect(message).to.contain('subject: The subject is odd.');
  });

  it('too many requests: nobody asks again before the period of X-RateLimit-Reset is over', async () => {
    await using server = await SendGridServer.start();
    const reset = Math.ceil(Date.now() / 1000) + 120;
    server.faults.push(
      refused(429, 'too many requests', null, {
        'x-ratelimit-reset': String(reset),
        'x-ratelimit-remaining': '0',
      }),
    );
    await using kernel = await start(instanceAt(server));
    const email = kernel.service('email');
    await failureOf(email.send(tea));
    const { code, retryAfter = 0 } = await failureOf(email.send(tea));
    expect(code).to.equal('PROVIDER_UNAVAILABLE');
    expect(retryAfter).to.be.within(100_000, 121_000);
    expect(server.requests).to.equal(1);
  });

  for (const [name, value] of [
    ['x-ratelimit-reset', String(Date.now() + 60_000)],
    ['x-ratelimit-reset', '9'.repeat(30)],
    ['retry-after', '9'.repeat(400)],
    ['retry-after', 'Sat, 01 Jan 2500 00:00:00 GMT'],
  ] as const) {
    it(`too many requests until ${name}: ${value.slice(0, 30)}: it does not rest for years`, async () => {
      await using server = await SendGridServer.start();
      server.faults.push(refused(429, 'too many requests', null, { [name]: value }));
      await using kernel = await start(instanceAt(server));
      await kernel
        .service('email')
        .send(tea, { deadline: 100 })
        .catch(() => {});
      const [{ until } = { until: undefined }] = kernel.service('providers').list();
      expect(Number(until) - Date.now()).to.be.below(60_000);
    });
  }

  it('nobody who listens: nothing was sent', async () => {
    const gone = await SendGridServer.start();
    const instance = instanceAt(gone, {}, { name: 'gone' });
    await gone[Symbol.asyncDispose]();
    await using server = await SendGridServer.start();
    await using kernel = await start(instance, instanceAt(server, {}, { priority: 1 }));
    const { attempts } = await kernel.service('email').send(tea);
    expect(attempts.map(({ instance: name, effect }) => [name, effect])).to.deep.equal([
      ['gone', 'none'],
      ['main', undefined],
    ]);
  });
});
