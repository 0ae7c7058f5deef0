import { type TestKernel, testKernel } from 'backplane/testing';
import { expect } from 'chai';
import { phoneNumber, segmentsOf } from '../index.ts';

const ann = '+442079460958';

function start(options: { env?: Record<string, string>; instances?: readonly object[] } = {}) {
  const { env = {}, instances } = options;
  const settings = instances ? { providers: { sms: instances } } : {};
  return testKernel({ from: import.meta.url, extensions: ['..'], env, settings });
}

const memory = [{ name: 'kept', driver: 'memory' }];

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    if (Error.isError(error) && 'code' in error) return error.code;
    throw error;
  }
  return undefined;
}

/** The faults of a message that is not sent. */
async function faultsOf(kernel: TestKernel, message: { to: string; text: string; from?: string }) {
  try {
    await kernel.service('sms').send(message);
  } catch (error) {
    if (Error.isError(error)) return error.message;
  }
  return undefined;
}

describe('Text messages', () => {
  it('are sent by an instance, with a number as people write it', async () => {
    await using kernel = await start({ instances: memory });
    const { sms } = { sms: kernel.service('sms') };
    const { segments, attempts } = await sms.send({ to: '+44 (20) 7946-0958', text: 'Tea is ready' });
    expect(segments).to.equal(1);
    expect(attempts.map(({ instance }) => instance)).to.deep.equal(['kept']);
    expect(sms.outbox.messages.map(({ to, text }) => [to, text])).to.deep.equal([[ann, 'Tea is ready']]);
  });

  it('are sent once for one operationId', async () => {
    await using kernel = await start({ instances: memory });
    const sms = kernel.service('sms');
    const message = { to: ann, text: 'Tea is ready' };
    const first = await sms.send(message, { operationId: 'tea-1' });
    expect((await sms.send(message, { operationId: 'tea-1' })).id).to.equal(first.id);
    await sms.send(message, { operationId: 'tea-2' });
    expect(sms.outbox.messages).to.have.length(2);
    const other = sms.send({ to: ann, text: 'Other' }, { operationId: 'tea-1' });
    expect(await codeOf(other)).to.equal('PROVIDER_OPERATION_REUSED');
  });

  it('are written into the log of a developer while nothing is configured', async () => {
    await using kernel = await start();
    await kernel.service('sms').send({ to: ann, text: 'Tea is ready' });
    expect(kernel.logs.map(({ msg }) => msg)).to.include(`Text message to ${ann}: Tea is ready`);
  });

  it('need an instance in production', async () => {
    await using kernel = await start({ env: { NODE_ENV: 'production' } });
    expect(await codeOf(kernel.service('sms').send({ to: ann, text: 'Tea' }))).to.equal(
      'PROVIDER_UNAVAILABLE',
    );
  });

  it('keep their text out of the log in production', async () => {
    await using kernel = await start({
      env: { NODE_ENV: 'production' },
      instances: [{ name: 'log', driver: 'log' }],
    });
    await kernel.service('sms').send({ to: ann, text: 'The code is 123456' });
    expect(JSON.stringify(kernel.logs)).to.contain('instead of being sent').and.not.contain('123456');
  });

  it('that cannot be sent are refused with all that is wrong with them', async () => {
    await using kernel = await start({ instances: memory });
    const said = await faultsOf(kernel, { to: '020 7946 0958', text: ' ', from: 'A very long name' });
    expect(said).to.match(/\/to must be a number with its country.*\/text must say something.*\/from/);
    expect(await faultsOf(kernel, { to: ann, text: 'x'.repeat(1601) })).to.contain('1600 characters');
    expect(await faultsOf(kernel, { to: ann, text: 'a\0b' })).to.contain('control characters');
    expect(await faultsOf(kernel, { to: ann, text: '\ud83d' })).to.contain('halves');
    expect(await codeOf(kernel.service('sms').send({ to: 'x', text: 'y' }))).to.equal('SMS_INVALID');
    expect(kernel.service('sms').outbox.messages).to.deep.equal([]);
    for (const from of ['+15005550006', '12345', 'ACME Ltd'])
      expect(await faultsOf(kernel, { to: ann, text: 'x', from }), from).to.equal(undefined);
  });

  it('are told what is wrong with what types would have refused', async () => {
    await using kernel = await start({ instances: memory });
    const none: { to: never; text: never; from: never } = JSON.parse('{ "to": null, "text": 7, "from": 1 }');
    expect(await faultsOf(kernel, none)).to.match(/\/to .*\/text .*\/from/);
  });

  it('are not sent while any fake is left, and count once for one operationId', async () => {
    await using kernel = await start({ instances: memory });
    const sms = kernel.service('sms');
    const message = { to: ann, text: 'Tea is ready' };
    using outer = sms.fake();
    {
      using inner = sms.fake();
      await sms.send(message);
      inner.assertSent({}, 1);
    }
    outer.assertNothingSent();
    await sms.send(message, { operationId: 'tea-1' });
    await sms.send(message, { operationId: 'tea-1' });
    outer.assertSent({}, 1);
    expect(sms.outbox.messages).to.deep.equal([]);
  });

  it('are only kept while there is a fake', async () => {
    await using kernel = await start({ instances: memory });
    const sms = kernel.service('sms');
    {
      using fake = sms.fake();
      fake.assertNothingSent();
      await sms.send({ to: ann, text: 'Tea is ready' });
      fake.assertSent();
      fake.assertSent({ to: ann, text: /ready/ }, 1);
      expect(fake.sent).to.deep.equal([{ to: ann, text: 'Tea is ready' }]);
      expect(() => fake.assertSent({ text: 'Tea' })).to.throw(/should have been sent; 0 were\.(.|\n)*ready/);
      expect(() => fake.assertSent({ to: ann }, 2)).to.throw('2 text messages');
      expect(() => fake.assertNothingSent()).to.throw('No text message');
      await expectRefused(sms.send({ to: 'nobody', text: 'x' }));
    }
    expect(sms.outbox.messages).to.deep.equal([]);
    await sms.send({ to: ann, text: 'Tea is ready' });
    expect(sms.outbox.messages).to.have.length(1);
  });
});

async function expectRefused(work: Promise<unknown>): Promise<void> {
  expect(await codeOf(work)).to.equal('SMS_INVALID');
}

describe('A phone number', () => {
  it('is one with its country', () => {
    expect(phoneNumber('+1 (500) 555-0006')).to.equal('+15005550006');
    for (const none of [
      '',
      '+',
      '020 7946 0958',
      '+0123456789',
      '+1234567890123456',
      '+44abc',
      '0044207946',
      '+44 (0)20 7946 0958',
    ])
      expect(phoneNumber(none), none).to.equal(undefined);
  });
});

describe('The number of messages of a text', () => {
  it('is that of the alphabet it needs', () => {
    expect(segmentsOf('a'.repeat(160))).to.equal(1);
    expect(segmentsOf('a'.repeat(161))).to.equal(2);
    expect(segmentsOf('a'.repeat(307))).to.equal(3);
    expect(segmentsOf('€'.repeat(81))).to.equal(2);
    expect(segmentsOf('ж'.repeat(70))).to.equal(1);
    expect(segmentsOf('ж'.repeat(71))).to.equal(2);
  });
});
