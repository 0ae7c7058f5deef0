import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { administered, instance, key, ping } from './shop.ts';

describe('the administration of what providers keep', () => {
  it('keeps an instance in the database, changes it without its credentials, and forgets it', async () => {
    await using app = await administered([], { SECRETS_KEY: randomBytes(32).toString('base64') });
    const body = { driver: 'fakepay', config: { note: 'first' }, secrets: { apiKey: key } };
    const made = await app.ask('PUT', '/admin-payment/main', body);
    expect([made.status, made.json.state, made.json.source]).to.deep.equal([201, 'ready', 'database']);
    expect((await ping(app.kernel))?.value).to.deep.equal({ id: 'pong' });
    // As a form would send back what it was given.
    const { settings } = (await app.ask('GET', '/admin-payment/main')).json;
    expect(settings).to.deep.equal({ driver: 'fakepay', config: { note: 'first' } });
    const changed = await app.ask('PUT', '/admin-payment/main', { ...settings, priority: 5 });
    expect([changed.status, changed.json.settings.priority, changed.json.secrets]).to.deep.equal([
      200,
      5,
      ['apiKey'],
    ]);
    expect(JSON.stringify([made, changed, app.kernel.logs])).to.not.include('hunter2');
    expect((await app.ask('POST', '/rekey')).json).to.deep.equal({ reencrypted: 0 });
    expect((await app.ask('DELETE', '/admin-payment/main')).status).to.equal(204);
    expect((await app.ask('GET', '')).json).to.deep.equal([]);
    expect((await app.ask('DELETE', '/admin-payment/main')).status).to.equal(404);
  });

  it('refuses to keep what cannot be used, with all its faults and none of its values', async () => {
    await using app = await administered([], { SECRETS_KEY: randomBytes(32).toString('base64') });
    const body = {
      driver: 'fakepay',
      config: { status: 'swordfish' },
      weigth: 1,
      secrets: { apikey: 'swordfish' },
    };
    const { status, json } = await app.ask('PUT', '/admin-payment/main', body);
    expect([status, json.code]).to.deep.equal([422, 'PROVIDER_INSTANCE_INVALID']);
    expect(json.faults).to.deep.equal([
      { in: 'body', pointer: '/weigth', message: 'is not a known property. Did you mean "weight"?' },
      { in: 'body', pointer: '/secrets/apiKey', message: 'is required.' },
      {
        in: 'body',
        pointer: '/secrets/apikey',
        message: 'is no credential of "fakepay". Did you mean "apiKey"?',
      },
      { in: 'body', pointer: '/config/status', message: 'must be a whole number.' },
    ]);
    expect(JSON.stringify(json)).to.not.include('swordfish');
    const named = await app.ask('PUT', '/admin-payment/main', { driver: 'plain', name: 'other' });
    expect([named.status, named.json.faults[0].pointer]).to.deep.equal([422, '/name']);
    expect((await app.ask('PUT', '/admin-payment/main', [])).status).to.equal(422);
    expect((await app.ask('GET', '')).json).to.deep.equal([]);
  });

  it('takes no misspelt or unprintable words, and tells nothing of what looks encrypted', async () => {
    await using app = await administered([], { SECRETS_KEY: randomBytes(32).toString('base64') });
    expect((await app.ask('PUT', '/admin-payment/main', { driver: 'plain' })).status).to.equal(201);
    for (const [method, path] of [
      ['DELETE', '/admin-payment/main?tenent=acme'],
      ['PUT', '/admin-payment/main?tenant=%00'],
      ['POST', '/admin-payment/main/disable?reason=%1b[31m'],
    ] as const) {
      const { status } = await app.ask(method, path, method === 'PUT' ? { driver: 'plain' } : undefined);
      expect(status, path).to.equal(400);
    }
    expect((await app.ask('GET', '/admin-payment/main')).json.state).to.equal('ready');
    for (const apiKey of ['enc:v1:swordfish', 'enc:v1:swordfish:a:b', 'enc:v1:']) {
      const put = await app.ask('PUT', '/admin-payment/odd', { driver: 'fakepay', secrets: { apiKey } });
      expect(put.status).to.equal(422);
      expect(JSON.stringify(put.json)).to.not.include('swordfish');
    }
    for (const env of ['__proto__', 'constructor']) {
      const put = await app.ask('PUT', '/admin-payment/odd', {
        driver: 'fakepay',
        secrets: { apiKey: { env } },
      });
      expect([put.status, put.json.faults[0]?.pointer]).to.deep.equal([422, '/secrets/apiKey']);
    }
  });

  it('changes nothing that settings say, and names the place', async () => {
    await using app = await administered([instance('main')]);
    const put = await app.ask('PUT', '/admin-payment/main', { driver: 'plain' });
    expect([put.status, put.json.code]).to.deep.equal([409, 'PROVIDER_INSTANCE_ELSEWHERE']);
    expect(put.json.detail).to.match(/is written in .*\[0\]/);
    expect((await app.ask('DELETE', '/admin-payment/main')).status).to.equal(409);
  });

  it('tells of attempts whose outcome is unknown, asks about them, and takes the word of an administrator', async () => {
    await using app = await administered([instance('main', { status: 504 })]);
    const providers = app.kernel.service('providers');
    const charge = () => providers.for('admin-payment').charge?.({ amount: 1 }, { operationId: 'order-1' });
    const code = async () =>
      charge()?.then(
        ({ value }) => value,
        (error: { code: string }) => error.code,
      );
    expect(await code()).to.equal('PROVIDER_OUTCOME_UNKNOWN');
    const { json } = await app.ask('GET', '/attempts');
    expect(json.length).to.be.greaterThan(0);
    expect(json[0]).to.deep.include({
      capability: 'admin-payment',
      operation: 'charge',
      operationId: 'order-1',
      instance: 'main',
      state: 'unknown',
    });
    expect(json[0]).to.not.have.any.keys('value', 'inputHash');
    expect((await app.ask('POST', '/attempts/reconcile')).json).to.include({ done: 0, notDone: 0 });
    const settled = {
      capability: 'admin-payment',
      operationId: 'order-1',
      state: 'done',
      value: { id: 'ch-9' },
    };
    expect((await app.ask('POST', '/attempts/settle', settled)).status).to.equal(204);
    expect(await code()).to.deep.equal({ id: 'ch-9' });
    expect((await app.ask('GET', '/attempts')).json).to.deep.equal([]);
    expect((await app.ask('POST', '/attempts/settle', settled)).status).to.equal(404);
  });
});
