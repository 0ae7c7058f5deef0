import type { Services } from 'backplane';
import { Subscription } from '../entities/subscription.ts';
import { customers } from '../records/customers.ts';
import { perform } from '../records/ledger.ts';
import { rowOnce } from '../records/row-once.ts';
import { subscriptions } from '../records/subscriptions.ts';
import { locate } from './locate.ts';
import { assertSame, checkInput, checkWork, poolOptions, type WorkOptions } from './work.ts';

export interface SubscribeInput {
  /** Of the record. */
  readonly customerId: string;
  /** The provider's id of the plan. */
  readonly price: string;
  readonly quantity?: number;
  /** The provider's id. Without one, the first payment waits for the payer: `payments.handover`. */
  readonly paymentMethod?: string;
  readonly trialDays?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface PlanInput {
  readonly price: string;
  readonly quantity?: number;
  /** What becomes of the rest of the period: in the next invoice (default), in one of its own now, or nothing. */
  readonly proration?: 'next-invoice' | 'now' | 'none';
}

export class Subscribing {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** @throws what the pool throws */
  async create(input: SubscribeInput, options: WorkOptions): Promise<Subscription> {
    const { operationId } = options;
    const services = this.#services;
    checkWork(services, options);
    const { customerId, metadata, quantity = 1, ...rest } = input;
    const customer = await locate(customers, services, customerId);
    const given = {
      ...rest,
      quantity,
      customerId: customer.providerId,
      ...(metadata === undefined ? {} : { metadata: { ...metadata } }),
    };
    checkInput('createSubscription', given);
    const row = await rowOnce(
      () => subscriptions.byOperation(services, operationId),
      () =>
        services.managers
          .asSystem()
          .of(Subscription)
          .create({ operationId, customerId, price: input.price, quantity, status: 'planned' }),
    );
    // The plan may have been changed since.
    assertSame(
      operationId,
      row,
      row.asOf === null ? { customerId, price: input.price, quantity } : { customerId },
    );
    if (row.asOf !== null) return row;
    return perform(subscriptions, services, row.id, () =>
      services.providers
        .for('payment')
        .createSubscription(
          { ...given, reference: row.id },
          poolOptions('subscription', options, customer.instance),
        ),
    );
  }

  async changePlan(id: string, input: PlanInput, options: WorkOptions): Promise<Subscription> {
    checkWork(this.#services, options);
    const { providerId: subscriptionId, instance } = await locate(subscriptions, this.#services, id);
    const { price, quantity, proration = 'next-invoice' } = input;
    const given = { subscriptionId, price, proration, ...(quantity === undefined ? {} : { quantity }) };
    return perform(subscriptions, this.#services, id, () =>
      this.#services.providers.for('payment').changePlan(given, poolOptions('change', options, instance)),
    );
  }

  /** @param at with the period that is paid for, or now */
  async cancel(id: string, at: 'period-end' | 'now', options: WorkOptions): Promise<Subscription> {
    checkWork(this.#services, options);
    const { providerId: subscriptionId, instance } = await locate(subscriptions, this.#services, id);
    return perform(subscriptions, this.#services, id, () =>
      this.#services.providers
        .for('payment')
        .cancelSubscription({ subscriptionId, at }, poolOptions('end', options, instance)),
    );
  }

  async resume(id: string, options: WorkOptions): Promise<Subscription> {
    checkWork(this.#services, options);
    const { providerId: subscriptionId, instance } = await locate(subscriptions, this.#services, id);
    return perform(subscriptions, this.#services, id, () =>
      this.#services.providers
        .for('payment')
        .resumeSubscription({ subscriptionId }, poolOptions('resume', options, instance)),
    );
  }
}
