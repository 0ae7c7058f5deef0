import { eventsOf, type TestKernel, testKernel } from 'backplane/testing';
import { expect } from 'chai';
import { twilioSignature } from '../report.ts';
import { accountSid, authToken } from './twilio-model.ts';
import { TwilioServer } from './twilio-server.ts';

const reportUrl = 'https://app.example.org/sms/reports/main';
const delivered = {
  MessageSid: 'SM1',
  MessageStatus: 'delivered',
  To: '+442079460958',
  AccountSid: accountSid,
};

function start(config: object = { reportUrl }, url = 'http://127.0.0.1:1'): Promise<TestKernel> {
  const instance = {
    name: 'main',
    driver: 'twilio',
    config: { accountSid, from: '+15005550006', url, ...config },
    secrets: { authToken },
  };
  return testKernel({
    from: import.meta.url,
    extensions: ['..'],
    settings: { providers: { sms: [instance] } },
  });
}

interface Sending {
  readonly to?: string;
  readonly signature?: string;
}

/** Sends a report as Twilio does. */
function report(
  kernel: TestKernel,
  fields: Record<string, string>,
  { to = 'main', signature }: Sending = {},
) {
  const form = new URLSearchParams(fields);
  return kernel.inject('POST', `/sms/reports/${to}`, {
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': signature ?? twilioSignature(reportUrl, form, authToken),
    },
    body: form.toString(),
  });
}

describe('The signature of a request of Twilio', () => {
  it('is that of its documentation', () => {
    // https://www.twilio.com/docs/usage/security, "Explore the algorithm yourself"
    const form = new URLSearchParams({
      CallSid: 'CA1234567890ABCDE',
      Caller: '+12349013030',
      Digits: '1234',
      From: '+12349013030',
      To: '+18005551212',
    });
    const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
    expect(twilioSignature(url, form, '12345')).to.equal('0/KCTR6DLpKmkAf8muzZqo1nDgQ=');
  });
});

describe('A report about a text message', () => {
  it('is asked for with each message, and told as an event', async () => {
    await using server = await TwilioServer.start();
    await using kernel = await start({ reportUrl }, server.url);
    await kernel.service('sms').send({ to: '+442079460958', text: 'Tea' });
    expect(server.messages[0]).to.include({ StatusCallback: reportUrl });
    const told = eventsOf(kernel, 'sms.reported');
    expect((await report(kernel, delivered)).status).to.equal(204);
    await report(kernel, { MessageSid: 'SM2', MessageStatus: 'undelivered', ErrorCode: '30003' });
    await report(kernel, { MessageSid: 'SM3', MessageStatus: 'queued' });
    expect(told.map(({ payload }) => payload)).to.deep.equal([
      { instance: 'main', id: 'SM1', state: 'delivered' },
      { instance: 'main', id: 'SM2', state: 'failed', code: '30003' },
    ]);
  });

  it('that Twilio has not signed as it came is refused', async () => {
    await using kernel = await start();
    const told = eventsOf(kernel, 'sms.reported');
    const signature = twilioSignature(reportUrl, new URLSearchParams(delivered), authToken);
    const refused = [
      await report(kernel, { ...delivered, MessageStatus: 'failed' }, { signature }),
      await report(kernel, { ...delivered, MessageSid: 'SM9' }, { signature }),
      await report(kernel, delivered, { signature: '' }),
      await report(kernel, delivered, {
        signature: twilioSignature(reportUrl, new URLSearchParams(delivered), 'another token'),
      }),
      await report(kernel, delivered, {
        signature: twilioSignature('https://elsewhere.example', new URLSearchParams(delivered), authToken),
      }),
    ];
    // A report that somebody has seen, with more put before or after it.
    const signed = new URLSearchParams(delivered).toString();
    for (const body of [`MessageSid=SM9&MessageStatus=failed&${signed}`, `${signed}&MessageSid=SM9`]) {
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': signature,
      };
      refused.push(await kernel.inject('POST', '/sms/reports/main', { headers, body }));
    }
    for (const { status, body } of refused) expect([status, body]).to.satisfy(isRefusal);
    expect(told).to.deep.equal([]);
    expect(JSON.stringify(kernel.logs)).to.include('was refused').and.not.include(authToken);
    expect((await report(kernel, delivered, { to: 'nobody' })).status).to.equal(404);
  });

  it('is refused where the instance does not say its own address', async () => {
    await using kernel = await start({});
    expect((await report(kernel, delivered)).body).to.include('reportUrl');
  });
});

function isRefusal([status, body]: [number, string]): boolean {
  return status === 400 && body.includes('WEBHOOK_REFUSED');
}
