import { argon2Sync } from 'node:crypto';
import { expect } from 'chai';
import { isAllowedDomain } from '../accounts/allowed-domain.ts';
import { inSteps } from '../accounts/in-steps.ts';
import { CredentialCache } from '../credentials/credential-cache.ts';
import { hashPassword, isOutdated, isPassword } from '../passwords/argon2.ts';
import { Turnstile } from '../passwords/turnstile.ts';
import { Vault } from '../secrets/vault.ts';
import { KeyedLock } from '../throttle/keyed-lock.ts';

const cost = { memory: 64, passes: 1, parallelism: 1 };

describe('The domains that may register', () => {
  it('hold those below them, and none that only looks like one of them', () => {
    const allowed = (email: string): boolean => isAllowedDomain(email, ['example.org', 'pages.github.io']);
    for (const email of ['a@example.org', 'a@eu.example.org', 'a@pages.github.io', 'a@x.pages.github.io'])
      expect(allowed(email), email).to.equal(true);
    for (const email of [
      'a@example.com',
      'a@example.org.evil.com',
      'a@notexample.org',
      'a@other.github.io',
      'a@github.io',
      '"b@example.org"@evil.com',
    ])
      expect(allowed(email), email).to.equal(false);
    expect(isAllowedDomain('a@any.where', [])).to.equal(true);
  });
});

describe('A password hash', () => {
  it('is a PHC string that others can check', async () => {
    const phc = await hashPassword('tea at four', cost);
    const [, , version, parameters, salt = '', hash = ''] = phc.split('$');
    expect([version, parameters]).to.deep.equal(['v=19', 'm=64,t=1,p=1']);
    const message = 'tea at four';
    const nonce = Buffer.from(salt, 'base64');
    const derived = argon2Sync('argon2id', { message, nonce, tagLength: 32, ...cost });
    expect(derived.toString('base64').replaceAll('=', '')).to.equal(hash);
  });

  it('is of one password only, however that is composed, and another one each time', async () => {
    const [one, other] = [await hashPassword('café', cost), await hashPassword('café', cost)];
    expect(one).not.to.equal(other);
    expect(await isPassword('café', one)).to.equal(true);
    expect(await isPassword('cafe\u0301', one), 'in two characters').to.equal(true);
    expect(await isPassword('Café', one)).to.equal(false);
    expect(await isPassword('', one)).to.equal(false);
    for (const broken of [
      '',
      '$argon2id$',
      '$2b$10$abc',
      one.replace('m=64', 'm=x'),
      one.replace('argon2id', 'argon2i'),
    ])
      expect(await isPassword('café', broken), broken).to.equal(false);
  });

  it('is outdated at another cost', async () => {
    const phc = await hashPassword('x', cost);
    expect(isOutdated(phc, cost)).to.equal(false);
    for (const other of [{ memory: 128 }, { passes: 2 }, { parallelism: 2 }])
      expect(isOutdated(phc, { ...cost, ...other })).to.equal(true);
  });
});

describe('A vault', () => {
  it('opens what it sealed, for the same thing, unchanged', () => {
    const vault = new Vault('one secret', 'keys');
    const sealed = vault.seal('text', 'a');
    expect(vault.open(sealed, 'a')).to.equal('text');
    expect(vault.open(sealed, 'b')).to.equal(undefined);
    expect(new Vault('another secret', 'keys').open(sealed, 'a')).to.equal(undefined);
    expect(new Vault('one secret', 'other').open(sealed, 'a')).to.equal(undefined);
    const changed = Buffer.from(sealed, 'base64url');
    changed[30] = (changed[30] ?? 0) ^ 1;
    expect(vault.open(changed.toString('base64url'), 'a')).to.equal(undefined);
    for (const broken of ['', 'AAAA', 'nonsense']) expect(vault.open(broken, 'a')).to.equal(undefined);
  });
});

describe('What is known of credentials', () => {
  const actor = { id: 'ann', kind: 'user', roles: [] } as const;

  it('holds for a while, no longer than they do, and not once they ended', () => {
    const cache = new CredentialCache(10, 1000);
    cache.remember('a', cache.admit(actor, 'session', Number.POSITIVE_INFINITY, 0));
    expect(cache.find('a', 999)).to.equal(actor);
    expect(cache.find('a', 1000)).to.equal(undefined);
    cache.remember('b', cache.admit(actor, 'session', 500, 0));
    expect(cache.find('b', 500)).to.equal(undefined);
    cache.remember('c', cache.admit(actor, 'session', 5000, 0));
    cache.end(['session']);
    expect(cache.find('c', 1)).to.equal(undefined);
    cache.remember('d', cache.admit(actor, 'another', 5000, 0));
    expect(cache.find('d', 1)).to.equal(actor);
    cache.end(['ann']);
    expect(cache.find('d', 1)).to.equal(undefined);
  });

  it('is never of more than it may, and stays of those used last', () => {
    const cache = new CredentialCache(10, 1000);
    const admission = cache.admit(actor, 'session', 5000, 0);
    cache.remember('used', admission);
    for (let i = 0; i < 100; i += 1) {
      cache.remember(`token ${i}`, admission);
      expect(cache.find('used', 1)).to.equal(actor);
    }
    const known = Array.from({ length: 100 }, (_, i) => cache.find(`token ${i}`, 1)).filter(Boolean);
    expect(known.length).to.be.within(3, 10);
  });

  it('can be switched off', () => {
    for (const cache of [new CredentialCache(0, 1000), new CredentialCache(10, 0)]) {
      cache.remember('a', cache.admit(actor, 'session', 5000, 0));
      expect(cache.find('a', 0)).to.equal(undefined);
    }
  });
});

describe('Work in steps of time', () => {
  it('ends with a full step, whether it succeeds or fails', async () => {
    // The clock of timers is a little behind, the more so on a busy machine.
    const start = performance.now();
    expect(await inSteps(50, async () => 'done')).to.equal('done');
    expect(performance.now() - start).to.be.at.least(40);
    const failing = inSteps(50, async () => {
      throw new Error('failed');
    });
    expect(await failing.catch(String)).to.equal('Error: failed');
    expect(performance.now() - start).to.be.at.least(80);
  });
});

describe('Work that must not crowd', () => {
  it('goes through a turnstile a few at a time, whatever fails', async () => {
    const turnstile = new Turnstile(2, 10);
    let now = 0;
    let most = 0;
    const work = async (fails: boolean) => {
      now += 1;
      most = Math.max(most, now);
      await new Promise(setImmediate);
      now -= 1;
      if (fails) throw new Error('failed');
    };
    const settled = await Promise.allSettled(
      Array.from({ length: 12 }, (_, i) => turnstile.pass(() => work(i % 3 === 0))),
    );
    expect(most).to.equal(2);
    expect(settled.filter(({ status }) => status === 'rejected')).to.have.length(4);
    await turnstile.pass(() => work(false));
  });

  it('on one key is done one after the other, on two keys at once', async () => {
    const lock = new KeyedLock();
    const order: string[] = [];
    const work =
      (name: string, fails = false) =>
      async () => {
        order.push(`${name} begins`);
        await new Promise(setImmediate);
        order.push(`${name} ends`);
        if (fails) throw new Error('failed');
      };
    await Promise.allSettled([
      lock.run('a', work('1', true)),
      lock.run('a', work('2')),
      lock.run('b', work('3')),
    ]);
    expect(order.indexOf('2 begins')).to.be.greaterThan(order.indexOf('1 ends'));
    expect(order.indexOf('3 begins')).to.be.lessThan(order.indexOf('1 ends'));
  });
});
