import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { until } from 'backplane/testing';
import { expect } from 'chai';
import type { SMTPServerOptions } from 'smtp-server';
import { MailServer, type MailServerOptions, reply } from './support/mail-server.ts';
import { failureOf, instanceAt, startSmtp, tea } from './support/send.ts';

const refuseLogin: SMTPServerOptions['onAuth'] = (_auth, _session, done) =>
  done(reply(535, '5.7.8 Bad credentials'));
const login = { user: 'acme' };
const secret = { secrets: { password: 'hunter2hunter2' } };

interface Fault {
  readonly what: string;
  readonly server: MailServerOptions;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly more?: Readonly<Record<string, unknown>>;
  /** Class and effect of the failure, and what a second instance does then. */
  readonly outcome: string;
  readonly effect: 'none' | 'unknown';
  readonly second: 'sends it' | 'is not asked';
}

const on = (server: MailServerOptions, outcome: string, second: Fault['second'] = 'sends it') => ({
  server,
  outcome,
  second,
  effect: 'none' as const,
});

/** What a server may answer, at each step. Only a mail that was perhaps taken has an unknown effect. */
const faults: readonly Fault[] = [
  {
    what: 'a greeting of 421',
    ...on({ onConnect: (_session, done) => done(reply(421, '4.3.2 Closing')) }, 'transient'),
  },
  {
    what: 'a greeting of 554',
    ...on({ onConnect: (_session, done) => done(reply(554, '5.7.1 Not you')) }, 'transient'),
  },
  {
    what: 'a wrong password',
    ...on({ onAuth: refuseLogin, allowInsecureAuth: true }, 'config'),
    config: login,
    more: secret,
  },
  {
    what: 'a login that is not possible now',
    ...on(
      { onAuth: (_auth, _session, done) => done(reply(454, '4.7.0 Later')), allowInsecureAuth: true },
      'throttled',
    ),
    config: login,
    more: secret,
  },
  {
    what: 'a login that is wanted and not given',
    ...on({ onMailFrom: (_a, _s, done) => done(reply(530, '5.7.0 Authentication required')) }, 'config'),
  },
  {
    what: 'a sender who is too fast',
    ...on({ onMailFrom: (_a, _s, done) => done(reply(421, '4.7.0 Too many mails')) }, 'throttled'),
  },
  {
    what: 'a sender who is refused',
    ...on({ onMailFrom: (_a, _s, done) => done(reply(550, '5.7.1 Not you')) }, 'declined', 'is not asked'),
  },
  {
    what: 'a busy mailbox',
    ...on({ onRcptTo: (_a, _s, done) => done(reply(450, '4.2.0 Busy')) }, 'transient'),
  },
  {
    what: 'a server with troubles',
    ...on({ onRcptTo: (_a, _s, done) => done(reply(451, '4.3.0 Local error')) }, 'transient'),
  },
  {
    what: 'a full disk',
    ...on({ onRcptTo: (_a, _s, done) => done(reply(452, '4.3.1 No space')) }, 'transient'),
  },
  {
    what: 'an unknown recipient',
    ...on({ onRcptTo: (_a, _s, done) => done(reply(550, '5.1.1 No such user')) }, 'declined', 'is not asked'),
  },
  {
    what: 'a mail that is refused once it is there',
    ...on(
      {
        onMail: () => {
          throw reply(554, '5.7.1 Spam');
        },
      },
      'declined',
      'is not asked',
    ),
  },
  {
    what: 'a mail that cannot be kept now',
    ...on(
      {
        onMail: () => {
          throw reply(451, '4.3.0 Later');
        },
      },
      'transient',
    ),
  },
  { what: 'a mail that is too large', ...on({ size: 100 }, 'invalid', 'is not asked') },
  {
    what: 'a connection that breaks when the mail is there, before it is answered',
    ...on({ onMail: (_mail, socket) => void socket.destroy() }, 'transient', 'is not asked'),
    effect: 'unknown',
  },
];

describe('What fails by SMTP', () => {
  for (const { what, server: options, config, more, outcome, effect, second } of faults) {
    it(`${what}: ${outcome}, effect ${effect}, and a second server ${second}`, async () => {
      await using server = await MailServer.start(options);
      await using other = await MailServer.start();
      const first = instanceAt(server, config, { ...more, name: 'first' });
      await using alone = await startSmtp(first);
      const { attempts, code } = await failureOf(alone.service('email').send(tea));
      expect(attempts[0]).to.include({ outcome, effect });
      expect(code === 'PROVIDER_OUTCOME_UNKNOWN').to.equal(effect === 'unknown');
      await using both = await startSmtp(first, instanceAt(other, {}, { name: 'second', priority: 1 }));
      const sent = await both
        .service('email')
        .send(tea)
        .catch(() => undefined);
      expect(sent === undefined ? 'is not asked' : 'sends it').to.equal(second);
      expect(other.arrived).to.have.length(second === 'sends it' ? 1 : 0);
      expect(JSON.stringify([alone.logs, both.logs])).to.not.contain('hunter2hunter2');
    });
  }

  it('nobody who listens, and a name that nobody has: nothing was sent', async () => {
    await using other = await MailServer.start();
    const closed = await closedPort();
    await using kernel = await startSmtp(
      instanceAt({ port: closed }, {}, { name: 'refused' }),
      instanceAt({ port: closed }, { host: 'nobody.invalid' }, { name: 'unknown', priority: 1 }),
      instanceAt(other, {}, { name: 'other', priority: 2 }),
    );
    const { attempts } = await kernel.service('email').send(tea);
    expect(attempts.map(({ instance, outcome, effect }) => [instance, outcome, effect])).to.deep.equal([
      ['refused', 'transient', 'none'],
      ['unknown', 'transient', 'none'],
      ['other', 'ok', undefined],
    ]);
    expect(attempts[0]?.code).to.equal('ECONNREFUSED');
  });

  it('a server that does not greet: nothing was sent, and another has time left', async () => {
    await using silent = await listen(() => {});
    await using other = await MailServer.start();
    await using kernel = await startSmtp(
      instanceAt(silent, {}, { name: 'silent' }),
      instanceAt(other, {}, { name: 'other', priority: 1 }),
    );
    const { attempts } = await kernel.service('email').send(tea, { deadline: 2000 });
    expect(attempts.map(({ instance, outcome, effect }) => [instance, outcome, effect])).to.deep.equal([
      ['silent', 'transient', 'none'],
      ['other', 'ok', undefined],
    ]);
  });

  it('a server that takes the mail and says nothing: nobody knows, and nobody else is asked', async () => {
    const waiting = Promise.withResolvers<void>();
    await using slow = await MailServer.start({ onMail: () => waiting.promise });
    await using other = await MailServer.start();
    await using kernel = await startSmtp(
      instanceAt(slow, {}, { name: 'slow' }),
      instanceAt(other, {}, { name: 'other', priority: 1 }),
    );
    const failure = await failureOf(kernel.service('email').send(tea, { deadline: 1500 }));
    expect(failure.code).to.equal('PROVIDER_OUTCOME_UNKNOWN');
    expect(other.arrived).to.deep.equal([]);
    waiting.resolve();
    await until(() => slow.connected === 0);
  });

  it('a server that answers the mail by what is no answer: nobody knows', async () => {
    const replies = ['220 hello', '250 hello', '250 ok', '250 ok', '354 go on'];
    await using odd = await listen((socket) => {
      socket.write(`${replies[0]}\r\n`);
      let said = 0;
      let isMail = false;
      socket.on('data', (chunk) => {
        const text = chunk.toString();
        if (isMail) {
          if (text.includes('\r\n.\r\n')) socket.write('354 go on\r\n');
          return;
        }
        said += 1;
        socket.write(`${replies[said]}\r\n`);
        isMail = said === 4;
      });
    });
    await using other = await MailServer.start();
    await using kernel = await startSmtp(
      instanceAt(odd, {}, { name: 'odd' }),
      instanceAt(other, {}, { name: 'other', priority: 1 }),
    );
    const { code, attempts } = await failureOf(kernel.service('email').send(tea));
    expect([code, attempts[0]?.effect]).to.deep.equal(['PROVIDER_OUTCOME_UNKNOWN', 'unknown']);
    expect(other.arrived).to.deep.equal([]);
  });

  for (const [what, replies] of [
    ['MAIL FROM by what is no reply', ['220 hello', '250 hello', 'well']],
    ['RCPT TO by what belongs to DATA', ['220 hello', '250 hello', '250 ok', '354 go on']],
    ['DATA as if it were done', ['220 hello', '250 hello', '250 ok', '250 ok', '250 taken']],
  ] as const) {
    it(`a server that answers ${what}: nothing was sent, and another is asked`, async () => {
      let heard = '';
      await using odd = await answering(replies, (text) => {
        heard += text;
      });
      await using other = await MailServer.start();
      await using kernel = await startSmtp(
        instanceAt(odd, {}, { name: 'odd' }),
        instanceAt(other, {}, { name: 'other', priority: 1 }),
      );
      const { attempts } = await kernel.service('email').send(tea);
      expect(attempts.map(({ instance, outcome, effect }) => [instance, outcome, effect])).to.deep.equal([
        ['odd', 'transient', 'none'],
        ['other', 'ok', undefined],
      ]);
      // It would have read the lines of the mail as commands.
      expect(heard).to.not.contain('Subject');
    });
  }

  it('a server that takes a mail before it has all of it: nobody knows', async () => {
    await using hasty = await answering([
      '220 hello',
      '250 hello',
      '250 ok',
      '250 ok',
      '354 go on',
      '250 taken',
    ]);
    await using kernel = await startSmtp(instanceAt(hasty));
    const mail = { ...tea, text: 'At four? '.repeat(1_000_000) };
    const { code, attempts } = await failureOf(kernel.service('email').send(mail));
    expect([code, attempts[0]?.effect]).to.deep.equal(['PROVIDER_OUTCOME_UNKNOWN', 'unknown']);
  });

  it('a caller who gives up closes the connection', async () => {
    const waiting = Promise.withResolvers<void>();
    const there = Promise.withResolvers<void>();
    await using slow = await MailServer.start({
      onMail: () => {
        there.resolve();
        return waiting.promise;
      },
    });
    await using kernel = await startSmtp(instanceAt(slow));
    const giveUp = new AbortController();
    const sending = failureOf(kernel.service('email').send(tea, { signal: giveUp.signal }));
    await there.promise;
    giveUp.abort(new Error('enough'));
    expect((await sending).code).to.equal('PROVIDER_OUTCOME_UNKNOWN');
    waiting.resolve();
    await until(() => slow.connected === 0);
  });

  it('a refusal is told without the mailbox that the server quotes, and at no length', async () => {
    const text = `5.1.1 <Ann@example.org>: ann@example.org is no user ${'x'.repeat(10_000)}`;
    await using server = await MailServer.start({ onRcptTo: (_a, _s, done) => done(reply(550, text)) });
    await using kernel = await startSmtp(instanceAt(server));
    const { message } = await failureOf(kernel.service('email').send(tea));
    expect(message).to.contain('5.1.1 <***@example.org>: ***@example.org is no user');
    expect(message.length).to.be.below(1000);
    const told = JSON.stringify(kernel.logs.filter(({ msg }) => msg === 'provider attempt'));
    expect(told).to.contain('is no user').and.to.not.match(/ann@/i);
  });

  it('a user without a password is told before anything is sent', async () => {
    await using server = await MailServer.start();
    await using kernel = await startSmtp(instanceAt(server, login));
    const { message } = await failureOf(kernel.service('email').send(tea));
    expect(message).to.contain('main (config)');
    expect(server.connections).to.equal(0);
    expect(JSON.stringify(kernel.logs)).to.contain('give both, or neither');
  });
});

interface Listening extends AsyncDisposable {
  readonly port: number;
}

async function listen(onConnection: (socket: Socket) => void): Promise<Listening> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A port at which nobody listens. */
async function closedPort(): Promise<number> {
  await using server = await listen(() => {});
  return server.port;
}

/** A server that says these, one after the other, whatever it hears. */
function answering(
  replies: readonly string[],
  onText: (text: string) => void = () => {},
): Promise<Listening> {
  return listen((socket) => {
    let said = 0;
    const answer = (): void => {
      const reply = replies[said];
      said += 1;
      if (reply !== undefined) socket.write(`${reply}\r\n`);
    };
    answer();
    socket.on('data', (chunk) => {
      onText(chunk.toString());
      answer();
    });
  });
}
