import { problem, type Services } from 'backplane';
import { Payment } from '../entities/payment.ts';
import { Money } from '../money/money.ts';
import { customers } from '../records/customers.ts';
import { perform } from '../records/ledger.ts';
import { payments } from '../records/payments.ts';
import { rowOnce } from '../records/row-once.ts';
import { locate } from './locate.ts';
import { assertSame, checkInput, checkWork, poolOptions, type WorkOptions } from './work.ts';

export interface ChargeInput {
  readonly amount: Money;
  /** Of the record of a customer. */
  readonly customerId?: string;
  /** The provider's id; without one the payer's browser gives one. */
  readonly paymentMethod?: string;
  /** Pay at once, with the payment method. */
  readonly confirm?: boolean;
  /** `manual`: only reserve the amount. */
  readonly capture?: 'automatic' | 'manual';
  /** The payer is not there, so that nothing can be asked of them. */
  readonly offSession?: boolean;
  readonly savePaymentMethod?: boolean;
  /** Where the payer comes back to from their bank. */
  readonly returnUrl?: string;
  readonly description?: string;
  readonly receiptEmail?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface ConfirmInput {
  readonly paymentMethod?: string;
  readonly returnUrl?: string;
}

export class Charges {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** @throws what the pool throws: PROVIDER_DECLINED, PROVIDER_OUTCOME_UNKNOWN and the like; HttpError 409, 422 */
  async create({ customerId, metadata, ...input }: ChargeInput, options: WorkOptions): Promise<Payment> {
    const { operationId } = options;
    const services = this.#services;
    checkWork(services, options);
    const amount = positive(input.amount);
    const customer = customerId === undefined ? undefined : await locate(customers, services, customerId);
    const given = {
      ...input,
      amount,
      confirm: input.confirm ?? false,
      capture: input.capture ?? 'automatic',
      offSession: input.offSession ?? false,
      savePaymentMethod: input.savePaymentMethod ?? false,
      ...(customer === undefined ? {} : { customerId: customer.providerId }),
      ...(metadata === undefined ? {} : { metadata: { ...metadata } }),
    };
    checkInput('createPayment', given);
    const wanted = { ...amount, customerId: customerId ?? null };
    const row = await rowOnce(
      () => payments.byOperation(services, operationId),
      () =>
        services.managers
          .asSystem()
          .of(Payment)
          .create({
            ...wanted,
            operationId,
            status: 'planned',
            description: input.description ?? null,
          }),
    );
    assertSame(operationId, row, wanted);
    if (row.asOf !== null) return row;
    // A customer is known where they were made, and nowhere else.
    return perform(payments, services, row.id, () =>
      services.providers
        .for('payment')
        .createPayment({ ...given, reference: row.id }, poolOptions('payment', options, customer?.instance)),
    );
  }

  /** Pays, perhaps by another payment method than before. */
  async confirm(id: string, input: ConfirmInput, options: WorkOptions): Promise<Payment> {
    checkWork(this.#services, options);
    const { providerId: paymentId, instance } = await locate(payments, this.#services, id);
    return perform(payments, this.#services, id, () =>
      this.#services.providers
        .for('payment')
        .confirmPayment({ ...input, paymentId }, poolOptions('confirm', options, instance)),
    );
  }

  /** @param amount all that is reserved if left out */
  async capture(id: string, amount: Money | undefined, options: WorkOptions): Promise<Payment> {
    checkWork(this.#services, options);
    const { providerId: paymentId, instance, currency } = await locate(payments, this.#services, id);
    const given = amount && positive(amount);
    // Throws where it is in another currency.
    if (given) Money.compare(given, Money.zero(currency));
    return perform(payments, this.#services, id, () =>
      this.#services.providers
        .for('payment')
        .capturePayment(
          { paymentId, ...(given ? { amount: given } : {}) },
          poolOptions('capture', options, instance),
        ),
    );
  }

  async cancel(id: string, options: WorkOptions): Promise<Payment> {
    checkWork(this.#services, options);
    const { providerId: paymentId, instance } = await locate(payments, this.#services, id);
    return perform(payments, this.#services, id, () =>
      this.#services.providers
        .for('payment')
        .cancelPayment({ paymentId }, poolOptions('cancel', options, instance)),
    );
  }
}

/** @throws HttpError 422 MONEY_INVALID */
export function positive({ amount, currency }: Money): Money {
  const money = Money.of(amount, currency);
  if (money.amount > 0) return money;
  throw problem(422, 'The amount must be above 0.', { code: 'MONEY_INVALID' });
}
