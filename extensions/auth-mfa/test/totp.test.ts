import { expect } from 'chai';
import { Secret } from 'otpauth';
import { masked } from '../codes/masked.ts';
import { newRecoveryCode, normaliseRecoveryCode } from '../codes/recovery-text.ts';
import { newTotpSecret, qrCode, totpStep, totpUri } from '../factors/totp.ts';

/** RFC 6238, appendix B: seconds, and the last six of its eight digits. */
const vectors = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
] as const;

const secret = Secret.fromLatin1('12345678901234567890').base32;

describe('The code of an authenticator app', () => {
  it('is that of RFC 6238', () => {
    for (const [seconds, code] of vectors)
      expect(totpStep(code, secret, seconds * 1000), code).to.equal(Math.floor(seconds / 30));
  });

  it('may be of the step before or after, and of no other', () => {
    const at = 1_234_567_890;
    const step = Math.floor(at / 30);
    for (const off of [-1, 0, 1]) expect(totpStep('005924', secret, (at + off * 30) * 1000)).to.equal(step);
    for (const off of [-2, 2]) expect(totpStep('005924', secret, (at + off * 30) * 1000)).to.equal(undefined);
  });

  it('may be typed in groups, as apps show it', () => {
    for (const code of ['005 924', ' 005924', '005-924'])
      expect(totpStep(code, secret, 1_234_567_890_000), code).to.equal(41_152_263);
  });

  it('has six digits and nothing else', () => {
    for (const code of ['', '5924', '0005924', '00592a', '００５９２４'])
      expect(totpStep(code, secret, 1_234_567_890_000), code).to.equal(undefined);
  });

  it('comes of a secret of 160 random bits, which the app reads from an address or a picture', async () => {
    const made = newTotpSecret();
    expect(made)
      .to.match(/^[A-Z2-7]{32}$/)
      .and.not.equal(newTotpSecret());
    const uri = totpUri(made, 'Acme Tea', 'ann@example.org');
    expect(uri).to.equal(
      `otpauth://totp/Acme%20Tea:ann%40example.org?issuer=Acme%20Tea&secret=${made}&algorithm=SHA1&digits=6&period=30`,
    );
    const [type, picture = ''] = (await qrCode(uri)).split(',');
    expect(type).to.equal('data:image/svg+xml;base64');
    expect(Buffer.from(picture, 'base64').toString()).to.match(/^<svg [\s\S]*<\/svg>\s*$/);
  });
});

describe('A recovery code', () => {
  it('has 80 random bits, and is the same however it is typed', () => {
    const codes = Array.from({ length: 200 }, newRecoveryCode);
    expect(new Set(codes).size).to.equal(200);
    for (const code of codes) {
      expect(code).to.match(/^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/);
      const typed = code.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O').replaceAll('1', 'l');
      expect(normaliseRecoveryCode(typed)).to.equal(normaliseRecoveryCode(code));
    }
  });
});

describe('Where a code goes', () => {
  it('is told in part', () => {
    expect(masked('ann@example.org')).to.equal('a…@example.org');
    expect(masked('+442079460958')).to.equal('+44…58');
  });
});
