import { problem } from 'backplane';
import { digitsOf } from './currencies.ts';

/** An amount of money in minor units (cents, yen, fils): a whole number, never a fraction. */
export interface Money {
  readonly amount: number;
  /** ISO 4217, in upper case. */
  readonly currency: string;
}

const invalid = (detail: string) => problem(422, detail, { code: 'MONEY_INVALID' });

/** What can be done with {@link Money}. Everything is exact, or refused. */
export const Money = {
  /**
   * @param amount minor units: 1999 of EUR are 19.99 €, 500 of JPY are ¥500
   * @param currency ISO 4217, in whichever case
   * @throws HttpError 422 MONEY_INVALID for a fraction, a number beyond 2⁵³ - 1, or what is no currency code
   */
  of(amount: number, currency: string): Money {
    if (!Number.isSafeInteger(amount)) {
      throw invalid(`An amount is a whole number of minor units of at most 2^53 - 1, not ${amount}.`);
    }
    const code = typeof currency === 'string' ? currency.toUpperCase() : '';
    if (!/^[A-Z]{3}$/.test(code))
      throw invalid('A currency is a code of three letters (ISO 4217), as "EUR".');
    // No -0, which would be another value to whoever compares.
    return { amount: amount + 0, currency: code };
  },

  zero: (currency: string): Money => Money.of(0, currency),

  /** @throws HttpError 422 CURRENCIES_DIFFER, MONEY_INVALID */
  add(one: Money, other: Money): Money {
    return Money.of(one.amount + inCurrencyOf(one, other), one.currency);
  },

  /** @throws HttpError 422 CURRENCIES_DIFFER, MONEY_INVALID */
  subtract(one: Money, other: Money): Money {
    return Money.of(one.amount - inCurrencyOf(one, other), one.currency);
  },

  /** @returns below 0, 0 or above, as `sort` wants it @throws HttpError 422 CURRENCIES_DIFFER */
  compare(one: Money, other: Money): number {
    return one.amount - inCurrencyOf(one, other);
  },

  /**
   * Divides an amount by ratios, without losing or making a unit: what is left over goes, unit by unit, to the first that
   * have a share (Fowler, "Patterns of Enterprise Application Architecture", Money).
   *
   * @param ratios whole numbers, none below 0, not all 0
   * @throws HttpError 422 MONEY_INVALID
   *
   * @example
   * Money.allocate(Money.of(100, 'EUR'), [1, 1, 1]); // 34, 33, 33
   */
  allocate({ amount, currency }: Money, ratios: readonly number[]): readonly Money[] {
    const total = ratios.reduce((sum, ratio) => sum + ratio, 0);
    if (!ratios.every((ratio) => Number.isSafeInteger(ratio) && ratio >= 0) || !(total > 0)) {
      throw invalid('Ratios are whole numbers, none below 0 and not all 0.');
    }
    // A product of two safe integers need not be one.
    const shares = ratios.map((ratio) => Number((BigInt(amount) * BigInt(ratio)) / BigInt(total)));
    let left = amount - shares.reduce((sum, share) => sum + share, 0);
    const unit = Math.sign(left);
    return shares.map((share, index) => {
      const gets = left !== 0 && ratios[index] !== 0;
      if (gets) left -= unit;
      return Money.of(gets ? share + unit : share, currency);
    });
  },

  /** As a decimal number: `19.99`, `500`, `-0.05`. */
  decimal({ amount, currency }: Money): string {
    const digits = digitsOf(currency);
    const units = Math.abs(amount)
      .toString()
      .padStart(digits + 1, '0');
    const sign = amount < 0 ? '-' : '';
    return digits === 0 ? `${sign}${units}` : `${sign}${units.slice(0, -digits)}.${units.slice(-digits)}`;
  },

  /** As people read it. @param locale BCP 47: `de-DE` */
  format(money: Money, locale = 'en'): string {
    const digits = digitsOf(money.currency);
    const formatter = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency: money.currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    const text = Money.decimal(money);
    // As a text it is exact, also where a number would have been rounded.
    return isDecimal(text) ? formatter.format(text) : text;
  },
} as const;

function inCurrencyOf({ currency }: Money, other: Money): number {
  if (other.currency === currency) return other.amount;
  const detail = `${currency} and ${other.currency} cannot be reckoned with each other. Convert one of them first.`;
  throw problem(422, detail, { code: 'CURRENCIES_DIFFER' });
}

function isDecimal(text: string): text is `${number}` {
  return /^-?\d+(\.\d+)?$/.test(text);
}
