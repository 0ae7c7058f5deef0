import type { AttemptContext, DriverOperations } from 'backplane';
import type StripeSdk from 'stripe';
import type { Connection, Told } from '../api/connection.ts';
import { subscriptionObject } from '../mapping/objects.ts';
import { isSdkError } from '../outcome/classify.ts';
import { marks } from './marks.ts';

type Operations = Pick<
  DriverOperations<'payment'>,
  'createSubscription' | 'changePlan' | 'cancelSubscription' | 'resumeSubscription' | 'getSubscription'
>;

const prorations = { 'next-invoice': 'create_prorations', now: 'always_invoice', none: 'none' } as const;

export function subscriptionOperations(connection: Connection): Operations {
  return {
    async createSubscription({ reference, customerId, price, quantity, ...given }, attempt) {
      const { paymentMethod, trialDays, metadata } = given;
      const params: StripeSdk.SubscriptionCreateParams = {
        customer: customerId,
        items: [{ price, quantity }],
        metadata: { ...metadata, ...marks(attempt, reference) },
        // Without a payment method the first invoice waits for the payer; with one it is tried at once.
        payment_behavior: paymentMethod === undefined ? 'default_incomplete' : 'allow_incomplete',
        payment_settings: { save_default_payment_method: 'on_subscription' },
        ...(paymentMethod === undefined ? {} : { default_payment_method: paymentMethod }),
        ...(trialDays === undefined ? {} : { trial_period_days: trialDays }),
      };
      const { value, at } = await connection.send(attempt, (sdk, options) =>
        sdk.subscriptions.create(params, options),
      );
      return subscriptionObject(value, at);
    },
    async changePlan({ subscriptionId, price, quantity, proration }, attempt) {
      const { value: before } = await retrieve(connection, subscriptionId, attempt);
      const [item] = before.items.data;
      const params: StripeSdk.SubscriptionUpdateParams = {
        items: [itemParams(item, price, quantity)],
        proration_behavior: prorations[proration],
      };
      return update(connection, subscriptionId, params, attempt);
    },
    async cancelSubscription({ subscriptionId, at }, attempt) {
      if (at === 'period-end') {
        return update(connection, subscriptionId, { cancel_at_period_end: true }, attempt);
      }
      const told = await cancelNow(connection, subscriptionId, attempt);
      return subscriptionObject(told.value, told.at);
    },
    resumeSubscription: ({ subscriptionId }, attempt) =>
      update(connection, subscriptionId, { cancel_at_period_end: false }, attempt),
    async getSubscription({ subscriptionId }, attempt) {
      const { value, at } = await retrieve(connection, subscriptionId, attempt);
      return subscriptionObject(value, at);
    },
  };
}

/**
 * By the id of the item it takes the place of the plan before; without it, it would come besides. With a new price Stripe
 * makes the quantity 1 unless it is told one, so that whoever changed the plan of five seats would pay for one.
 */
function itemParams(
  item: StripeSdk.SubscriptionItem | undefined,
  price: string,
  quantity: number | undefined = item?.quantity,
): StripeSdk.SubscriptionUpdateParams.Item {
  return { ...(item ? { id: item.id } : {}), price, ...(quantity === undefined ? {} : { quantity }) };
}

function retrieve(
  connection: Connection,
  id: string,
  attempt: AttemptContext,
): Promise<Told<StripeSdk.Subscription>> {
  return connection.ask(attempt, (sdk, options) => sdk.subscriptions.retrieve(id, {}, options));
}

async function update(
  connection: Connection,
  id: string,
  params: StripeSdk.SubscriptionUpdateParams,
  attempt: AttemptContext,
) {
  const { value, at } = await connection.send(attempt, (sdk, options) =>
    sdk.subscriptions.update(id, params, options),
  );
  return subscriptionObject(value, at);
}

/** A DELETE: it takes no key, and what is gone already is not there the second time. */
async function cancelNow(
  connection: Connection,
  id: string,
  attempt: AttemptContext,
): Promise<Told<StripeSdk.Subscription>> {
  try {
    return await connection.ask(attempt, (sdk, options) => sdk.subscriptions.cancel(id, {}, options));
  } catch (error) {
    if (!isSdkError(error) || error.code !== 'resource_missing') throw error;
    const told = await retrieve(connection, id, attempt);
    if (told.value.status !== 'canceled') throw error;
    return told;
  }
}
