import { expect } from 'chai';
import { errorOf, startEmail } from './support/app.ts';

const secretCode = { to: 'Ann <ann@example.org>', subject: 'Your code is 123456', text: 'It is 123456' };
const providers = (driver: string) => ({ providers: { email: [{ name: 'main', driver }] } });

describe('Without any setting', () => {
  it('development logs mails and says where to see them', async () => {
    await using kernel = await startEmail({ env: { NODE_ENV: 'development' } });
    await kernel.service('email').send(secretCode);
    const line = kernel.logs.find(({ msg }) =>
      String(msg).startsWith('Mail to Ann <ann@example.org>: Your code is 123456'),
    );
    expect(line?.msg).to.contain('It is 123456');
    const [, path = ''] = /\((\/email\/preview\/sent\/\S+)\)/.exec(String(line?.msg)) ?? [];
    expect((await kernel.inject('GET', path, { headers: { host: 'localhost' } })).status).to.equal(200);
  });

  it('production sends nothing, and says at the start what to do', async () => {
    await using kernel = await startEmail({ env: { NODE_ENV: 'production' } });
    const warnings = kernel.logs.filter(({ level }) => level === 'warn').map(({ msg }) => String(msg));
    expect(warnings.some((text) => text.includes('PROVIDERS_EMAIL'))).to.equal(true);
    expect(warnings.some((text) => text.includes('EMAIL_FROM'))).to.equal(true);
    const email = kernel.service('email');
    expect(await errorOf(() => email.send(secretCode))).to.contain('EMAIL_FROM is not set');
    const error = await errorOf(() => email.send({ ...secretCode, from: 'a@example.org' }));
    expect(error).to.contain('No instance of "email"').and.to.contain('config/providers.ts');
  });
});

describe('The driver log', () => {
  it('tells the log of production nothing of what mails say, nor to whom', async () => {
    await using kernel = await startEmail({
      env: { NODE_ENV: 'production' },
      settings: { ...providers('log'), email: { from: 'a@acme.example' } },
    });
    await kernel.service('email').send(secretCode);
    expect(
      kernel.logs.some(
        ({ msg, level }) => level === 'warn' && String(msg).includes('logged instead of sent'),
      ),
    ).to.equal(true);
    expect(JSON.stringify(kernel.logs)).to.not.contain('123456').and.to.not.contain('ann@example.org');
    expect(kernel.service('email').outbox.all).to.deep.equal([]);
  });
});

describe('The driver memory', () => {
  it('keeps the last fifty mails, the same work once', async () => {
    await using kernel = await startEmail({ settings: providers('memory') });
    const email = kernel.service('email');
    for (let i = 0; i < 52; i += 1)
      await email.send({ ...secretCode, subject: `Mail ${i}` }, { operationId: `mail-${i}` });
    await email.send({ ...secretCode, subject: 'Mail 51' }, { operationId: 'mail-51' });
    expect(email.outbox.all.map(({ subject }) => subject)).to.deep.equal(
      Array.from({ length: 50 }, (_, i) => `Mail ${51 - i}`),
    );
    expect(JSON.stringify(kernel.logs)).to.not.contain('It is 123456');
    email.outbox.clear();
    expect(email.outbox.all).to.deep.equal([]);
  });

  it('of a tenant is used for that tenant', async () => {
    const settings = {
      providers: {
        email: [
          { name: 'all', driver: 'memory' },
          { name: 'red', driver: 'memory', tenant: 'red' },
        ],
      },
    };
    await using kernel = await startEmail({ settings });
    const by = async (tenant?: string) =>
      (await kernel.service('email').send(secretCode, tenant === undefined ? {} : { tenant })).attempts[0]
        ?.instance;
    expect([await by(), await by('red'), await by('blue')]).to.deep.equal(['all', 'red', 'all']);
  });
});
