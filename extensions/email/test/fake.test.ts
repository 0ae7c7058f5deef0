import { expect } from 'chai';
import { defineMail } from '../rendering/define-mail.ts';
import { errorOf, shopWith, startEmail } from './support/app.ts';

const ShippedMail = defineMail<{ name: string; parcels: string[] }>('shipped', {
  subject: 'only the name counts',
});
const OtherMail = defineMail('other', { subject: 'x' });
const shipped = { to: 'Ann <ann@example.org>', data: { name: 'Ann', parcels: ['A-1'] } };

describe('A fake', () => {
  it('records mails instead of sending them, and says what was sent', async () => {
    using app = shopWith({});
    await using kernel = await startEmail({ extensions: [app] });
    const email = kernel.service('email');
    using mails = email.fake();
    mails.assertNothingSent();
    const receipt = await email.send(ShippedMail, { ...shipped, locale: 'de' });
    await email.send({ to: 'bob@example.org', cc: 'carol@example.org', subject: 'Tea', text: 'At four?' });
    expect(receipt.accepted).to.deep.equal(['ann@example.org']);
    expect(email.outbox.all).to.deep.equal([]);

    const mail = mails.assertSent(
      ShippedMail,
      ({ data, to }) => data.name === 'Ann' && to[0]?.address === 'ann@example.org',
    );
    expect(mail.mail).to.deep.equal({ name: 'shipped', data: shipped.data, locale: 'de' });
    expect(mail.subject).to.equal('Unterwegs');
    mails.assertNotSent(ShippedMail, ({ data }) => data.name === 'Bob');
    mails.assertNotSent(OtherMail);
    mails.assertSentCount(2);
    mails.assertSentCount(1, ShippedMail);
    expect(mails.sent(ShippedMail).map(({ text }) => text)).to.deep.equal(['Hallo Ann,\nIhr Paket kommt.']);
    expect(mails.sent().map(({ subject }) => subject)).to.deep.equal(['Unterwegs', 'Tea']);
  });

  it('is asked by a condition alone, too, also about mails without a definition', async () => {
    await using kernel = await startEmail();
    const email = kernel.service('email');
    using mails = email.fake();
    await email.send({ to: 'bob@example.org', subject: 'Tea', text: 'At four?' });
    const found = mails.assertSent(
      ({ subject, to }) => subject === 'Tea' && to[0]?.address.startsWith('bob@') === true,
    );
    expect(found.text).to.equal('At four?');
    mails.assertNotSent(({ cc }) => cc.length > 0);
    const told = 'No mail was sent as the condition says. Sent:\n  - a plain message to bob@example.org: Tea';
    expect(await errorOf(() => mails.assertSent(() => false))).to.contain(told);
    expect(await errorOf(() => mails.assertNotSent(() => true))).to.contain('A mail was sent as');
  });

  it('has a mail in the usual language for a reader of whom none is known, null or not', async () => {
    using app = shopWith({});
    await using kernel = await startEmail({ extensions: [app] });
    const email = kernel.service('email');
    using mails = email.fake();
    await email.send(ShippedMail, { ...shipped, locale: null });
    expect(mails.assertSent(ShippedMail).mail).to.have.property('locale', 'en');
  });

  it('fails with what was sent', async () => {
    using app = shopWith({});
    await using kernel = await startEmail({ extensions: [app] });
    const email = kernel.service('email');
    using mails = email.fake();
    expect(await errorOf(() => mails.assertSent(ShippedMail))).to.contain(
      '"shipped" was not sent. Nothing was sent.',
    );
    await email.send(ShippedMail, shipped);
    await email.send({ to: 'bob@example.org', subject: 'Tea', text: 'At four?' });
    const told =
      'Sent:\n  - shipped to Ann <ann@example.org>: On its way, Ann\n  - a plain message to bob@example.org: Tea';
    for (const [assertion, says] of [
      [() => mails.assertSent(OtherMail), '"other" was not sent.'],
      [() => mails.assertSent(ShippedMail, () => false), 'not as the condition says'],
      [() => mails.assertNotSent(ShippedMail), '"shipped" was sent.'],
      [() => mails.assertNothingSent(), 'Mail was sent.'],
      [() => mails.assertSentCount(1), '2 mails were sent, not 1.'],
      [() => mails.assertSentCount(2, ShippedMail), '1 mails "shipped" were sent, not 2.'],
    ] as const) {
      expect(await errorOf(assertion))
        .to.contain(says)
        .and.to.contain(told);
    }
  });

  it('refuses what sending would refuse', async () => {
    await using kernel = await startEmail();
    using mails = kernel.service('email').fake();
    const error = await errorOf(() =>
      kernel.service('email').send({ to: 'nobody', subject: 'x', text: 'x' }),
    );
    expect(error).to.contain('/to must be an address');
    mails.assertNothingSent();
  });

  it('sends the same work once, as providers do', async () => {
    await using kernel = await startEmail();
    using mails = kernel.service('email').fake();
    const send = () =>
      kernel.service('email').send({ to: 'a@example.org', subject: 'x', text: 'x' }, { operationId: 'x-1' });
    expect((await send()).messageId).to.equal((await send()).messageId);
    mails.assertSentCount(1);
  });

  it('ends with its scope, and is of its kernel alone', async () => {
    await using kernel = await startEmail();
    await using other = await startEmail();
    const tea = { to: 'ann@example.org', subject: 'Tea', text: 'At four?' };
    {
      using outer = kernel.service('email').fake();
      {
        using inner = kernel.service('email').fake();
        await kernel.service('email').send(tea);
        inner.assertSentCount(1);
      }
      outer.assertNothingSent();
      await other.service('email').send(tea);
      expect(other.service('email').outbox.all).to.have.length(1);
    }
    await kernel.service('email').send(tea);
    expect(kernel.service('email').outbox.all).to.have.length(1);
  });
});
