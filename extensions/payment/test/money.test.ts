import { HttpError } from 'backplane';
import { expect } from 'chai';
import fc from 'fast-check';
import { Money } from '../money/money.ts';

function codeOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error instanceof HttpError ? error.extra.code : error;
  }
}

describe('money', () => {
  it('is whole minor units of a currency, or nothing', () => {
    expect(Money.of(1999, 'eur')).to.deep.equal({ amount: 1999, currency: 'EUR' });
    for (const amount of [19.99, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(codeOf(() => Money.of(amount, 'EUR'))).to.equal('MONEY_INVALID');
    }
    for (const currency of ['', 'EU', 'EURO', '€']) {
      expect(codeOf(() => Money.of(1, currency))).to.equal('MONEY_INVALID');
    }
    // As it comes from a database, or from who has no types.
    const none: { currency: string } = JSON.parse('{"currency":null}');
    expect(codeOf(() => Money.of(1, none.currency))).to.equal('MONEY_INVALID');
  });

  it('is added and subtracted within a currency, and no further than numbers reach', () => {
    const [ten, two] = [Money.of(10, 'EUR'), Money.of(2, 'EUR')];
    expect(Money.add(ten, two).amount).to.equal(12);
    expect(Money.subtract(two, ten).amount).to.equal(-8);
    expect(Math.sign(Money.compare(two, ten))).to.equal(-1);
    expect(codeOf(() => Money.add(ten, Money.of(1, 'USD')))).to.equal('CURRENCIES_DIFFER');
    expect(codeOf(() => Money.compare(ten, Money.of(1, 'USD')))).to.equal('CURRENCIES_DIFFER');
    const most = Money.of(Number.MAX_SAFE_INTEGER, 'EUR');
    expect(codeOf(() => Money.add(most, two))).to.equal('MONEY_INVALID');
  });

  it('is allocated without losing or making a unit, and nobody is off by one', () => {
    expect(Money.allocate(Money.of(100, 'EUR'), [1, 1, 1]).map(({ amount }) => amount)).to.deep.equal([
      34, 33, 33,
    ]);
    expect(Money.allocate(Money.of(-5, 'EUR'), [1, 0, 1]).map(({ amount }) => amount)).to.deep.equal([
      -3, 0, -2,
    ]);
    expect(codeOf(() => Money.allocate(Money.of(1, 'EUR'), [0, 0]))).to.equal('MONEY_INVALID');
    expect(codeOf(() => Money.allocate(Money.of(1, 'EUR'), [1, -1]))).to.equal('MONEY_INVALID');
    const ratios = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.maxSafeInteger(), ratios, (amount, given) => {
        fc.pre(given.some((ratio) => ratio > 0));
        const total = given.reduce((sum, ratio) => sum + ratio, 0);
        const shares = Money.allocate(Money.of(amount, 'EUR'), given);
        const sum = shares.reduce((whole, share) => whole + BigInt(share.amount), 0n);
        expect(sum).to.equal(BigInt(amount));
        for (const [index, share] of shares.entries()) {
          const exact = BigInt(amount) * BigInt(given[index] ?? 0);
          const off = BigInt(share.amount) * BigInt(total) - exact;
          expect(off < BigInt(total) && -off < BigInt(total)).to.equal(true);
          if (given[index] === 0) expect(share.amount).to.equal(0);
        }
      }),
    );
  });

  it('is written with the digits of its currency', () => {
    const written = (amount: number, currency: string) => Money.decimal(Money.of(amount, currency));
    expect(written(1999, 'EUR')).to.equal('19.99');
    expect(written(-5, 'EUR')).to.equal('-0.05');
    expect(written(500, 'JPY')).to.equal('500');
    expect(written(5124, 'KWD')).to.equal('5.124');
    expect(written(12, 'CLF')).to.equal('0.0012');
    expect(Money.format(Money.of(1999, 'EUR'), 'de-DE')).to.equal('19,99\u00a0€');
    expect(Money.format(Money.of(500, 'JPY'))).to.equal('¥500');
    expect(Money.format(Money.of(Number.MAX_SAFE_INTEGER, 'USD'))).to.equal('$90,071,992,547,409.91');
  });
});
