import { eventsOf } from 'backplane/testing';
import { expect } from 'chai';
import { beginLogin, codeOf, createUser, enrolTotp, post, startMfa, tokensOf, verify } from './app.ts';

describe('Recovery codes', () => {
  it('let in once each, however they are typed, and the number left is told', async () => {
    await using kernel = await startMfa();
    const userId = await createUser(kernel);
    const { recoveryCodes, headers } = await enrolTotp(kernel);
    const used = eventsOf(kernel, 'auth-mfa.recovery-used');
    const [code = ''] = recoveryCodes;
    const typed = ` ${code.toUpperCase().replaceAll('-', ' ')}`;
    await tokensOf(verify(kernel, await beginLogin(kernel), typed, { factor: 'recovery' }));
    expect(used.map(({ payload }) => payload)).to.deep.equal([{ userId, left: 9 }]);
    const again = await verify(kernel, await beginLogin(kernel), code, { factor: 'recovery' });
    expect(codeOf(again)).to.equal('MFA_CODE_WRONG');
    const status = await kernel.inject('GET', '/auth/mfa', { headers });
    expect(status.json()).to.deep.include({ recoveryCodesLeft: 9, enabled: true });
  });

  it('are made anew by who has just given a second factor, and earlier ones do not hold any longer', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    const { recoveryCodes, headers } = await enrolTotp(kernel);
    const made = await post(kernel, 'mfa/recovery-codes', undefined, headers);
    expect([made.status, made.headers['cache-control']]).to.deep.equal([201, 'no-store']);
    const { recoveryCodes: others } = made.json<{ recoveryCodes: string[] }>();
    expect(others).to.have.length(10);
    const old = await verify(kernel, await beginLogin(kernel), recoveryCodes[0] ?? '', {
      factor: 'recovery',
    });
    expect(codeOf(old)).to.equal('MFA_CODE_WRONG');
    await tokensOf(verify(kernel, await beginLogin(kernel), others[9] ?? '', { factor: 'recovery' }));
  });
});
