import { problem, type Services } from 'backplane';
import type { Payment } from '../entities/payment.ts';
import { Refund } from '../entities/refund.ts';
import { Money } from '../money/money.ts';
import { alone, perform } from '../records/ledger.ts';
import { payments } from '../records/payments.ts';
import { refunds } from '../records/refunds.ts';
import { positive } from './charges.ts';
import { locate } from './locate.ts';
import { assertSame, checkInput, checkWork, poolOptions, type WorkOptions } from './work.ts';

export interface RefundInput {
  /** Of the record. */
  readonly paymentId: string;
  /** All that is left if left out. */
  readonly amount?: Money;
  readonly reason?: 'duplicate' | 'fraudulent' | 'requested_by_customer';
}

export class Refunding {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /**
   * @throws HttpError 422 REFUND_TOO_LARGE for more than is left, other refunds under way included; CURRENCIES_DIFFER; and
   *   what the pool throws
   */
  async create({ paymentId, amount, reason }: RefundInput, options: WorkOptions): Promise<Refund> {
    const { operationId } = options;
    const services = this.#services;
    checkWork(services, options);
    const payment = await locate(payments, services, paymentId);
    const wanted = amount && inCurrency(positive(amount), payment.currency);
    const given = { paymentId: payment.providerId, ...(reason === undefined ? {} : { reason }) };
    const { currency } = payment;
    checkInput('refund', { ...given, amount: wanted ?? Money.of(1, currency) });
    const row = await alone(payments, services, payment, async (held) => {
      const known = await refunds.byOperation(services, operationId);
      return known ?? (await plan(services, held, wanted, { operationId, reason }));
    });
    assertSame(operationId, row, { paymentId, ...(wanted ? { amount: wanted.amount } : {}) });
    if (row.asOf !== null) return row;
    const whole = { ...given, reference: row.id, amount: Money.of(row.amount, currency) };
    return perform(refunds, services, row.id, () =>
      services.providers.for('payment').refund(whole, poolOptions('refund', options, payment.instance)),
    );
  }
}

/** @param payment held, so that of two at the same moment whoever is second finds less left */
async function plan(
  { data, managers }: Services,
  { id: paymentId, currency, received }: Payment,
  wanted: Money | undefined,
  { operationId, reason }: { readonly operationId: string; readonly reason: RefundInput['reason'] },
): Promise<Refund> {
  const others = await data
    .repository(Refund)
    .query()
    .where({ paymentId })
    .whereNotIn('status', ['failed', 'canceled'])
    .get();
  const left = received - others.reduce((sum, one) => sum + one.amount, 0);
  const amount = wanted?.amount ?? left;
  if (amount > left || left <= 0) {
    const text = Money.format(Money.of(Math.max(0, left), currency));
    throw problem(422, `Of this payment ${text} is left to be given back, refunds under way counted.`, {
      code: 'REFUND_TOO_LARGE',
    });
  }
  const values = { operationId, paymentId, amount, status: 'planned' as const, reason: reason ?? null };
  const { id } = await managers.asSystem().of(Refund).create(values);
  return data.repository(Refund).findOrFail(id);
}

function inCurrency(money: Money, currency: string): Money {
  Money.compare(money, Money.zero(currency));
  return money;
}
