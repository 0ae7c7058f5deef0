import { digitsOf, type Money } from '../../../extensions/payment/index.ts';

/**
 * Where Stripe counts otherwise than ISO 4217 does, by its list of zero-decimal currencies and special cases
 * (https://docs.stripe.com/currencies): ISK and UGX are given with two decimals that must be 00, MGA with none.
 */
const stripeDigits: Readonly<Record<string, number>> = { ISK: 2, UGX: 2, MGA: 0 };
/** For three decimals, Stripe wants the last digit to be 0. */
const coarse = 10;

/** An amount that Stripe cannot take. */
export class AmountError extends Error {
  override readonly name = 'AmountError';
}

/** @throws AmountError for one that would have to be rounded */
export function toStripe({ amount, currency }: Money): number {
  const shift = (stripeDigits[currency] ?? digitsOf(currency)) - digitsOf(currency);
  const scaled = shift >= 0 ? amount * 10 ** shift : amount / 10 ** -shift;
  if (!Number.isSafeInteger(scaled) && shift > 0) {
    throw new AmountError(`${amount} minor units of ${currency} are more than Stripe can count.`);
  }
  if (!Number.isSafeInteger(scaled)) {
    throw new AmountError(
      `Stripe takes ${currency} in whole units only, and ${amount} minor units are none.`,
    );
  }
  if (digitsOf(currency) === 3 && scaled % coarse !== 0) {
    throw new AmountError(
      `Stripe takes ${currency} in steps of ${coarse} minor units, and ${amount} is none.`,
    );
  }
  return scaled;
}

/** @param currency in whichever case */
export function fromStripe(amount: number, currency: string): Money {
  const code = currency.toUpperCase();
  const shift = (stripeDigits[code] ?? digitsOf(code)) - digitsOf(code);
  // Stripe itself may have rounded a half of a unit away; nothing of less than one can be said.
  return { amount: Math.round(amount / 10 ** shift), currency: code };
}
