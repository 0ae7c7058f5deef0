import { isBackplaneError } from 'backplane';
import { type TestKernel, testKernel } from 'backplane/testing';
import { expect } from 'chai';
import { accountSid, authToken, refuse } from './twilio-model.ts';
import { TwilioServer } from './twilio-server.ts';

const message = { to: '+442079460958', text: 'Tea is ready' };

interface Instance {
  readonly name?: string;
  readonly priority?: number;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly token?: string;
}

function start(url: string, ...instances: readonly Instance[]): Promise<TestKernel> {
  const given: readonly Instance[] = instances.length === 0 ? [{}] : instances;
  const sms = given.map(({ name = 'main', priority = 0, config = {}, token = authToken }) => ({
    name,
    priority,
    driver: 'twilio',
    config: { accountSid, from: '+15005550006', url, ...config },
    secrets: { authToken: token },
  }));
  return testKernel({ from: import.meta.url, extensions: ['..'], settings: { providers: { sms } } });
}

/** What a message comes to that cannot be sent. */
async function refusalOf(kernel: TestKernel, given: typeof message & { from?: string } = message) {
  try {
    await kernel.service('sms').send(given, { operationId: 'tea' });
  } catch (error) {
    if (isBackplaneError(error)) return { code: error.code, text: error.message };
    throw error;
  }
  throw new Error('It was sent.');
}

describe('The driver twilio', () => {
  it('sends a message as a form, and tells what it is known by', async () => {
    await using server = await TwilioServer.start();
    await using kernel = await start(server.url);
    const { id, segments } = await kernel.service('sms').send({ ...message, text: 'Tea & biscuits: 5 €?' });
    expect({ id, segments }).to.deep.equal({ id: 'SM1', segments: 1 });
    expect(server.messages).to.deep.equal([
      { To: '+442079460958', Body: 'Tea & biscuits: 5 €?', From: '+15005550006' },
    ]);
  });

  it('sends by a messaging service, and by a sender that the message names', async () => {
    await using server = await TwilioServer.start();
    const messagingServiceSid = `MG${'0'.repeat(32)}`;
    await using kernel = await start(server.url, { config: { messagingServiceSid } });
    const sms = kernel.service('sms');
    expect(await sms.send(message)).to.not.have.property('segments');
    await sms.send({ ...message, from: 'ACME' });
    expect(server.messages.map(({ From, MessagingServiceSid }) => From ?? MessagingServiceSid)).to.deep.equal(
      [messagingServiceSid, 'ACME'],
    );
  });

  it('hands what concerns the caller to the caller, and asks nobody else', async () => {
    await using server = await TwilioServer.start();
    await using kernel = await start(server.url, {}, { name: 'second' });
    for (const [code, becomes] of [
      [21211, 'PROVIDER_REFUSED'],
      [21614, 'PROVIDER_REFUSED'],
      [21610, 'PROVIDER_DECLINED'],
      [21408, 'PROVIDER_DECLINED'],
    ] as const) {
      server.faults.push(refuse(400, code));
      const refusal = await refusalOf(kernel);
      expect(refusal.code, String(code)).to.equal(becomes);
      expect(refusal.text).to.contain(String(code));
    }
    expect(server.messages).to.have.length(4);
    const states = kernel.service('providers').list();
    expect(states.map(({ state }) => state)).to.deep.equal(['ready', 'ready']);
  });

  it('is disabled when its credentials or its sender are refused, and the next one sends', async () => {
    await using server = await TwilioServer.start();
    await using kernel = await start(
      server.url,
      { name: 'stale', token: 'hunter3hunter3' },
      { name: 'sender', priority: 1, config: { from: '+15005550007' } },
      { name: 'good', priority: 2 },
    );
    server.faults.push((res) => refuse(401, 20003)(res), refuse(400, 21606));
    const { attempts } = await kernel.service('sms').send(message);
    expect(attempts.map(({ instance }) => instance)).to.deep.equal(['stale', 'sender', 'good']);
    const states = kernel.service('providers').list();
    expect(states.map(({ state }) => state)).to.deep.equal(['disabled', 'disabled', 'ready']);
    expect(JSON.stringify(kernel.logs)).to.not.contain('hunter');
  });

  it('is disabled where there is something else, which knows nothing of messages', async () => {
    await using server = await TwilioServer.start();
    await using kernel = await start(server.url, { name: 'elsewhere' }, { name: 'good', priority: 1 });
    server.faults.push((res) => void res.writeHead(404).end('<html>no such page</html>'));
    const { attempts } = await kernel.service('sms').send(message);
    expect(attempts.map(({ instance, outcome }) => [instance, outcome])).to.deep.equal([
      ['elsewhere', 'config'],
      ['good', 'ok'],
    ]);
  });

  it('tells a caller about the sender that the caller named', async () => {
    await using server = await TwilioServer.start();
    await using kernel = await start(server.url);
    server.faults.push(refuse(400, 21606));
    expect((await refusalOf(kernel, { ...message, from: '+15005550009' })).code).to.equal('PROVIDER_REFUSED');
    expect(kernel.service('providers').list()[0]?.state).to.equal('ready');
  });

  it('rests as long as it is told to, with all that share its quota', async () => {
    await using server = await TwilioServer.start();
    await using kernel = await start(server.url);
    server.faults.push(refuse(429, 20429, { 'retry-after': '60' }));
    const { code } = await refusalOf(kernel);
    expect(code).to.equal('PROVIDER_UNAVAILABLE');
    expect(kernel.service('providers').list()[0]?.state).to.equal('resting');
    expect(server.messages).to.have.length(1);
  });

  it('never sends again what may have been sent', async () => {
    const faults = {
      500: refuse(500, 20500),
      502: refuse(502, 0),
      503: refuse(503, 20503),
      reset: (res) => void res.destroy(),
      malformed: (res) => void res.end('<html>'),
      'no message': (res) => void res.end('{ "queued": true }'),
      redirect: (res) => void res.writeHead(307, { location: '/elsewhere' }).end(),
    } satisfies Record<string, TwilioServer['faults'][number]>;
    for (const [name, fault] of Object.entries(faults)) {
      await using server = await TwilioServer.start();
      await using kernel = await start(server.url, {}, { name: 'second' });
      server.faults.push(fault);
      expect((await refusalOf(kernel)).code, name).to.equal('PROVIDER_OUTCOME_UNKNOWN');
      expect((await refusalOf(kernel)).code, name).to.equal('PROVIDER_OUTCOME_UNKNOWN');
      expect(server.messages, name).to.have.length(1);
    }
  });

  it('is left for another when nothing was sent at all', async () => {
    await using server = await TwilioServer.start();
    const gone = await TwilioServer.start();
    await gone[Symbol.asyncDispose]();
    await using kernel = await start(
      server.url,
      { name: 'gone', config: { url: gone.url } },
      { name: 'good', priority: 1 },
    );
    const { attempts } = await kernel.service('sms').send(message);
    expect(attempts.map(({ instance }) => instance)).to.deep.equal(['gone', 'good']);
  });
});
