import type { Logger, Services } from 'backplane';
import type { Customer } from '../entities/customer.ts';
import type { Payment } from '../entities/payment.ts';
import type { Refund } from '../entities/refund.ts';
import type { Subscription } from '../entities/subscription.ts';
import type { Money } from '../money/money.ts';
import { customers } from '../records/customers.ts';
import type { RecordKind, RecordRow, ToldObject } from '../records/kind.ts';
import { settle } from '../records/ledger.ts';
import { payments } from '../records/payments.ts';
import { refunds } from '../records/refunds.ts';
import { subscriptions } from '../records/subscriptions.ts';
import { type ChargeInput, Charges, type ConfirmInput } from './charges.ts';
import { type CustomerInput, Customers } from './customers.ts';
import { locate } from './locate.ts';
import { type RefundInput, Refunding } from './refunding.ts';
import { type PlanInput, type SubscribeInput, Subscribing } from './subscribing.ts';
import { Sweeper } from './sweeper.ts';
import type { WorkOptions } from './work.ts';

/**
 * Money in and out: `services.payments`. Ids are those of records. What changes something takes an `operationId`, the
 * identity of the work; a call that is repeated with it does nothing twice. To be called outside of transactions: what a
 * provider has done is not rolled back.
 *
 * @example
 * const payment = await payments.charge(
 *   { amount: Money.of(1999, 'EUR'), customerId, paymentMethod, confirm: true },
 *   { operationId: order.id },
 * );
 */
export class Payments {
  readonly #services: Services;
  readonly #customers: Customers;
  readonly #charges: Charges;
  readonly #refunding: Refunding;
  readonly #subscribing: Subscribing;
  readonly #sweeper: Sweeper;

  constructor(services: Services, log: Logger) {
    this.#services = services;
    this.#customers = new Customers(services);
    this.#charges = new Charges(services);
    this.#refunding = new Refunding(services);
    this.#subscribing = new Subscribing(services);
    this.#sweeper = new Sweeper(services, log);
  }

  createCustomer(input: CustomerInput, options: WorkOptions): Promise<Customer> {
    return this.#customers.create(input, options);
  }

  updateCustomer(id: string, input: Omit<CustomerInput, 'owner'>, options: WorkOptions): Promise<Customer> {
    return this.#customers.update(id, input, options);
  }

  /**
   * Asks for money. With `confirm` it is taken at once; else the payer's browser goes on with {@link clientSecret}.
   *
   * @throws PROVIDER_DECLINED; PROVIDER_OUTCOME_UNKNOWN: the record says `unknown` until a webhook or the sweep finds out
   */
  charge(input: ChargeInput, options: WorkOptions): Promise<Payment> {
    return this.#charges.create(input, options);
  }

  confirm(id: string, input: ConfirmInput, options: WorkOptions): Promise<Payment> {
    return this.#charges.confirm(id, input, options);
  }

  /** @param amount all that is reserved if `undefined` */
  capture(id: string, amount: Money | undefined, options: WorkOptions): Promise<Payment> {
    return this.#charges.capture(id, amount, options);
  }

  cancel(id: string, options: WorkOptions): Promise<Payment> {
    return this.#charges.cancel(id, options);
  }

  /** Gives money back: all that is left, or an amount. @throws HttpError 422 REFUND_TOO_LARGE */
  refund(input: RefundInput, options: WorkOptions): Promise<Refund> {
    return this.#refunding.create(input, options);
  }

  subscribe(input: SubscribeInput, options: WorkOptions): Promise<Subscription> {
    return this.#subscribing.create(input, options);
  }

  changePlan(id: string, input: PlanInput, options: WorkOptions): Promise<Subscription> {
    return this.#subscribing.changePlan(id, input, options);
  }

  cancelSubscription(id: string, at: 'period-end' | 'now', options: WorkOptions): Promise<Subscription> {
    return this.#subscribing.cancel(id, at, options);
  }

  /** Takes back a cancellation at the end of the period. */
  resumeSubscription(id: string, options: WorkOptions): Promise<Subscription> {
    return this.#subscribing.resume(id, options);
  }

  /**
   * With what the payer's browser goes on. Asked for each time and kept nowhere: whoever has it can pay, and see the payment.
   *
   * @param kind of which the id is @returns `null` where nothing is to be paid
   */
  async clientSecret(kind: 'payment' | 'subscription', id: string): Promise<string | null> {
    const { providerId, instance } =
      kind === 'payment'
        ? await locate(payments, this.#services, id)
        : await locate(subscriptions, this.#services, id);
    const client = this.#services.providers.for('payment');
    return (await client.secretOf({ kind, id: providerId }, { instance })).value.secret;
  }

  /** Asks the provider how things are, and writes that down. */
  async refresh(kind: 'payment', id: string): Promise<Payment>;
  async refresh(kind: 'refund', id: string): Promise<Refund>;
  async refresh(kind: 'subscription', id: string): Promise<Subscription>;
  async refresh(kind: 'customer', id: string): Promise<Customer>;
  async refresh(kind: 'payment' | 'refund' | 'subscription' | 'customer', id: string): Promise<unknown> {
    switch (kind) {
      case 'payment':
        return this.#refresh(payments, id);
      case 'refund':
        return this.#refresh(refunds, id);
      case 'subscription':
        return this.#refresh(subscriptions, id);
      case 'customer':
        return this.#refresh(customers, id);
    }
  }

  async #refresh<Row extends RecordRow, Told extends ToldObject, Values extends { status: string }>(
    kind: RecordKind<Row, Told, Values>,
    id: string,
  ): Promise<Row> {
    const { providerId, instance } = await locate(kind, this.#services, id);
    const object = await kind.ask(this.#services, providerId, { instance });
    return settle(kind, this.#services, id, { object, instance, by: 'asked' });
  }

  /** Looks for what was made of records whose answer was lost. @returns how many were found */
  sweep(): Promise<number> {
    return this.#sweeper.sweep();
  }
}
