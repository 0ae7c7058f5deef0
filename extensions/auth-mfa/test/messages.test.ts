import type { TestKernel } from 'backplane/testing';
import { expect } from 'chai';
import { SentCode } from '../entities/sent-code.ts';
import {
  age,
  ann,
  bearerOf,
  beginLogin,
  claimsOf,
  codeOf,
  createUser,
  post,
  startMfa,
  tokensOf,
} from './app.ts';

const phone = '+442079460958';

/** The code in the last message. */
function codeIn(sent: readonly { readonly text?: string | undefined }[]): string {
  return /^\d{6}/.exec(sent.at(-1)?.text ?? '')?.[0] ?? '';
}

function another(code: string): string {
  return code === '123456' ? '654321' : '123456';
}

/** Sets codes by SMS up. */
async function enrolSms(kernel: TestKernel, credentials: object = ann, to = phone) {
  using sms = kernel.service('sms').fake();
  const headers = await bearerOf(post(kernel, 'login', credentials));
  const begun = await post(kernel, 'mfa/sms', { phone: to }, headers);
  expect(begun.status, begun.body).to.equal(202);
  const confirmed = await post(kernel, 'mfa/sms/confirm', { code: codeIn(sms.sent) }, headers);
  return tokensOf(confirmed);
}

const verify = (kernel: TestKernel, mfaToken: string, factor: string, code: string) =>
  post(kernel, 'mfa/verify', { mfaToken, factor, code });

describe('Codes by SMS', () => {
  it('are set up by the code that the number gets, and then let in', async () => {
    await using kernel = await startMfa({ settings: { issuer: 'Acme Tea' } });
    await createUser(kernel);
    using sms = kernel.service('sms').fake();
    const headers = await bearerOf(post(kernel, 'login', ann));
    const begun = await post(kernel, 'mfa/sms', { phone }, headers);
    expect([begun.status, begun.json()]).to.deep.equal([202, { sentTo: '+44…58', expiresIn: 300 }]);
    sms.assertSent({ to: phone, text: /^\d{6} is your code for Acme Tea\. It holds for 5 min\./ }, 1);
    await tokensOf(post(kernel, 'login', ann));
    const code = codeIn(sms.sent);
    expect(codeOf(await post(kernel, 'mfa/sms/confirm', { code: another(code) }, headers))).to.equal(
      'MFA_CODE_WRONG',
    );
    const { recoveryCodes } = await tokensOf(post(kernel, 'mfa/sms/confirm', { code }, headers));
    expect(recoveryCodes).to.have.length(10);

    const mfaToken = await beginLogin(kernel);
    const sent = await post(kernel, 'mfa/challenge', { mfaToken, factor: 'sms' });
    expect([sent.status, sent.json()]).to.deep.equal([202, { sentTo: '+44…58', expiresIn: 300 }]);
    const { accessToken } = await tokensOf(verify(kernel, mfaToken, 'sms', codeIn(sms.sent)));
    expect(claimsOf(accessToken).amr).to.deep.equal(['pwd', 'sms', 'mfa']);
    const again = await verify(kernel, await beginLogin(kernel), 'sms', codeIn(sms.sent));
    expect(codeOf(again), 'used, and of another login').to.equal('MFA_CODE_WRONG');
  });

  it('hold for one login, until the next one is sent, and for a while', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    await enrolSms(kernel);
    using sms = kernel.service('sms').fake();
    const [first, second] = [await beginLogin(kernel), await beginLogin(kernel)];
    await post(kernel, 'mfa/challenge', { mfaToken: first, factor: 'sms' });
    const early = codeIn(sms.sent);
    expect(codeOf(await verify(kernel, second, 'sms', early)), 'of another login').to.equal('MFA_CODE_WRONG');
    await post(kernel, 'mfa/challenge', { mfaToken: second, factor: 'sms' });
    const late = codeIn(sms.sent);
    if (late !== early)
      expect(codeOf(await verify(kernel, first, 'sms', early)), 'there is a later one').to.equal(
        'MFA_CODE_WRONG',
      );
    await age(kernel, 'auth-mfa.sent-code', 301);
    expect(codeOf(await verify(kernel, second, 'sms', late)), 'too late').to.equal('MFA_CODE_WRONG');
    await kernel.service('mfa').sweep();
    expect(await kernel.service('data').repository(SentCode).count()).to.equal(0);
  });

  it('have a few attempts', async () => {
    await using kernel = await startMfa({ settings: { codeAttempts: 2 } });
    await createUser(kernel);
    await enrolSms(kernel);
    using sms = kernel.service('sms').fake();
    const mfaToken = await beginLogin(kernel);
    await post(kernel, 'mfa/challenge', { mfaToken, factor: 'sms' });
    const code = codeIn(sms.sent);
    for (let i = 0; i < 2; i += 1)
      expect(codeOf(await verify(kernel, mfaToken, 'sms', another(code)))).to.equal('MFA_CODE_WRONG');
    expect(codeOf(await verify(kernel, mfaToken, 'sms', code)), 'the right one, too late').to.equal(
      'MFA_CODE_WRONG',
    );
  });

  it('are not sent as often as somebody asks for them', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    await createUser(kernel, { email: 'bob@example.org' });
    await enrolSms(kernel);
    using sms = kernel.service('sms').fake();
    const mfaToken = await beginLogin(kernel);
    const statuses: number[] = [];
    for (let i = 0; i < 5; i += 1)
      statuses.push((await post(kernel, 'mfa/challenge', { mfaToken, factor: 'sms' })).status);
    // Three of them; the first was that which set it up.
    expect(statuses).to.deep.equal([202, 202, 429, 429, 429]);
    const headers = await bearerOf(post(kernel, 'login', { ...ann, email: 'bob@example.org' }));
    const bobs = await post(kernel, 'mfa/sms', { phone }, headers);
    expect(bobs.status, 'nor to the same number by others').to.equal(429);
    expect(sms.sent).to.have.length(2);
  });

  it('to a number of somebody else do not keep its owner from getting in', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    await enrolSms(kernel);
    const eve = { ...ann, email: 'eve@example.org' };
    await createUser(kernel, eve);
    const headers = await bearerOf(post(kernel, 'login', eve));
    const statuses: number[] = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await post(kernel, 'mfa/sms', { phone }, headers)).status);
    expect(statuses).to.deep.equal([202, 202, 429]);
    const mfaToken = await beginLogin(kernel);
    expect((await post(kernel, 'mfa/challenge', { mfaToken, factor: 'sms' })).status).to.equal(202);
  });

  it('become fewer although each is given: it may be the owner who earns on them', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    const headers = { authorization: `Bearer ${(await enrolSms(kernel)).accessToken}` };
    using sms = kernel.service('sms').fake();
    const statuses: number[] = [];
    for (let i = 0; i < 40; i += 1) {
      statuses.push((await post(kernel, 'mfa/step-up/challenge', { factor: 'sms' }, headers)).status);
      await post(kernel, 'mfa/step-up', { factor: 'sms', code: codeIn(sms.sent) }, headers);
    }
    expect(statuses.slice(0, 20)).to.not.include(429);
    expect(statuses.at(-1)).to.equal(429);
    expect(sms.sent.length).to.be.within(25, 35);
  });

  it('become fewer to many numbers from one address', async () => {
    await using kernel = await startMfa({ auth: { throttleAddressAttempts: 5 } });
    using sms = kernel.service('sms').fake();
    for (let i = 0; i < 8; i += 1) {
      const user = { ...ann, email: `user-${i}@example.org` };
      await createUser(kernel, user);
      const headers = await bearerOf(post(kernel, 'login', user));
      await post(kernel, 'mfa/sms', { phone: `+44207946095${i}` }, headers);
    }
    expect(sms.sent).to.have.length(5);
  });

  it('are taken as somebody types them', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    await enrolSms(kernel);
    using sms = kernel.service('sms').fake();
    const mfaToken = await beginLogin(kernel);
    await post(kernel, 'mfa/challenge', { mfaToken, factor: 'sms' });
    const code = codeIn(sms.sent);
    await tokensOf(verify(kernel, mfaToken, 'sms', ` ${code.slice(0, 3)} ${code.slice(3)}`));
  });

  it('are in German for those who ask in it', async () => {
    await using kernel = await startMfa({ settings: { issuer: 'Acme Tea' } });
    await createUser(kernel);
    const headers = await bearerOf(post(kernel, 'login', ann));
    using sms = kernel.service('sms').fake();
    await post(kernel, 'mfa/sms', { phone }, { ...headers, 'accept-language': 'de-AT, en' });
    sms.assertSent({ to: phone, text: /^\d{6} ist Ihr Code für Acme Tea\. Er gilt 5 min\./ }, 1);
    await post(kernel, 'mfa/sms', { phone }, { ...headers, 'accept-language': 'del' });
    expect(sms.sent.at(-1)?.text).to.include('is your code');
  });

  it('of a number that is no number are not even tried', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    const headers = await bearerOf(post(kernel, 'login', ann));
    for (const wrong of ['020 7946 0958', '', '+0', 'phone'])
      expect((await post(kernel, 'mfa/sms', { phone: wrong }, headers)).status, wrong).to.equal(400);
  });

  it('stay with the earlier number until another one is confirmed', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    const { accessToken } = await enrolSms(kernel);
    const headers = { authorization: `Bearer ${accessToken}` };
    using sms = kernel.service('sms').fake();
    const other = '+15005550006';
    await post(kernel, 'mfa/sms', { phone: other }, headers);
    const code = codeIn(sms.sent);
    const mfaToken = await beginLogin(kernel);
    await post(kernel, 'mfa/challenge', { mfaToken, factor: 'sms' });
    expect(sms.sent.map(({ to }) => to)).to.deep.equal([other, phone]);
    // A code of a channel holds until the next one: that of the login.
    expect(codeOf(await post(kernel, 'mfa/sms/confirm', { code }, headers))).to.equal('MFA_CODE_WRONG');
    await tokensOf(verify(kernel, mfaToken, 'sms', codeIn(sms.sent)));
    await post(kernel, 'mfa/sms', { phone: other }, headers);
    await tokensOf(post(kernel, 'mfa/sms/confirm', { code: codeIn(sms.sent) }, headers));
    const status = await kernel.inject('GET', '/auth/mfa', { headers });
    expect(status.json<{ factors: { phone: string }[] }>().factors.map((one) => one.phone)).to.deep.equal([
      '+15…06',
    ]);
  });

  it('are hashed with a key that is not in the database', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    await enrolSms(kernel);
    using sms = kernel.service('sms').fake();
    const mfaToken = await beginLogin(kernel);
    await post(kernel, 'mfa/challenge', { mfaToken, factor: 'sms' });
    const [row] = await kernel.service('data').repository(SentCode).all();
    expect(row?.hash).to.match(/^[\w-]{43}$/);
    expect(JSON.stringify([row, kernel.logs])).to.not.include(codeIn(sms.sent));
  });

  it('of an extension that was switched off are not offered; recovery codes are', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    const { recoveryCodes = [] } = await enrolSms(kernel);
    await kernel.extensions.disable('sms');
    const wanted = await post(kernel, 'login', ann);
    const { mfaToken, factors } = wanted.json<{ mfaToken: string; factors: string[] }>();
    expect(factors).to.deep.equal(['recovery']);
    const refused = await post(kernel, 'mfa/challenge', { mfaToken, factor: 'sms' });
    expect([refused.status, codeOf(refused)]).to.deep.equal([409, 'MFA_FACTOR_UNAVAILABLE']);
    const headers = await bearerOf(verify(kernel, mfaToken, 'recovery', recoveryCodes[0] ?? ''));
    expect(codeOf(await post(kernel, 'mfa/sms', { phone }, headers))).to.equal('MFA_FACTOR_UNAVAILABLE');
  });
});

describe('Codes by e-mail', () => {
  it('are set up by the code that the address gets, and then let in', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    using mails = kernel.service('email').fake();
    const headers = await bearerOf(post(kernel, 'login', ann));
    const begun = await post(kernel, 'mfa/email', {}, headers);
    expect([begun.status, begun.json()]).to.deep.equal([202, { sentTo: 'a…@example.org', expiresIn: 300 }]);
    expect(mails.sent().at(-1)).to.deep.include({
      subject: 'Your code for Backplane',
      to: [{ address: ann.email }],
    });
    await tokensOf(post(kernel, 'mfa/email/confirm', { code: codeIn(mails.sent()) }, headers));
    const mfaToken = await beginLogin(kernel);
    await post(kernel, 'mfa/challenge', { mfaToken, factor: 'email' });
    const { accessToken } = await tokensOf(verify(kernel, mfaToken, 'email', codeIn(mails.sent())));
    expect(claimsOf(accessToken).amr).to.deep.equal(['pwd', 'otp', 'mfa']);
  });

  it('need an address that is verified', async () => {
    await using kernel = await startMfa();
    await post(kernel, 'register', ann);
    using mails = kernel.service('email').fake();
    const headers = await bearerOf(post(kernel, 'login', ann));
    const refused = await post(kernel, 'mfa/email', {}, headers);
    expect([refused.status, codeOf(refused)]).to.deep.equal([409, 'EMAIL_UNVERIFIED']);
    const status = await kernel.inject('GET', '/auth/mfa', { headers });
    expect(status.json()).to.deep.include({ enabled: false, available: ['totp', 'sms'] });
    expect(JSON.stringify(mails.sent())).to.not.include('Your code');
  });

  it('are not there without the extension that sends mail', async () => {
    await using kernel = await startMfa({ extensions: [] });
    await createUser(kernel);
    const headers = await bearerOf(post(kernel, 'login', ann));
    expect((await kernel.inject('GET', '/auth/mfa', { headers })).json()).to.deep.include({
      available: ['totp'],
    });
    const refused = await post(kernel, 'mfa/email', {}, headers);
    expect([refused.status, codeOf(refused)]).to.deep.equal([409, 'MFA_FACTOR_UNAVAILABLE']);
  });
});
