import type { Services } from 'backplane';
import type { SubscriptionObject } from '../contract/objects.ts';
import { Subscription } from '../entities/subscription.ts';
import { hold } from './hold.ts';
import { type Place, portion, type RecordKind, type Tell, type Trouble } from './kind.ts';

const rows = ({ data }: Services) => data.repository(Subscription);
const manager = ({ managers }: Services) => managers.asSystem().of(Subscription);

type Values = Pick<
  Subscription,
  'status' | 'price' | 'quantity' | 'cancelAtPeriodEnd' | 'currentPeriodEnd' | 'endedAt'
>;

/** Records of subscriptions. */
export const subscriptions: RecordKind<Subscription, SubscriptionObject, Values> = {
  name: 'subscription',
  finals: ['canceled', 'incomplete_expired'],
  hold: ({ data }, { id }) => hold(data, 'payment_subscriptions', id),
  find: (services, id) => rows(services).find(id),
  byOperation: (services, operationId) => rows(services).query().where({ operationId }).first(),
  byProviderId: (services, providerId) => rows(services).query().where({ providerId }).get(),
  unheard: (services, from, to, work) =>
    rows(services)
      .query()
      .whereIn('status', ['planned', 'unknown'])
      .whereNull('asOf')
      .whereBetween('createdAt', [from, to])
      .chunk(portion, work),
  values: ({ status, price, quantity, cancelAtPeriodEnd, currentPeriodEnd, endedAt }) => ({
    status,
    price,
    quantity,
    cancelAtPeriodEnd,
    currentPeriodEnd,
    endedAt,
  }),
  async write(services, id, values: Values, place: Place) {
    await manager(services).update(id, { ...values, ...place });
    return rows(services).findOrFail(id);
  },
  async writeTrouble(services, id, trouble: Trouble) {
    await manager(services).update(id, { ...trouble });
    return rows(services).findOrFail(id);
  },
  async ask({ providers }, subscriptionId, pin) {
    return (await providers.for('payment').getSubscription({ subscriptionId }, pin)).value;
  },
  async seek({ providers }, what, pin) {
    return (await providers.for('payment').find({ kind: 'subscription', ...what }, pin)).value.subscription;
  },
  follow: async (services, before, after) => tellOf(services, before, after),
};

const watched = ['status', 'price', 'quantity', 'cancelAtPeriodEnd', 'currentPeriodEnd'] as const;

function tellOf(
  { kernel: { events } }: Services,
  before: Subscription,
  after: Subscription,
): readonly Tell[] {
  if (watched.every((field) => before[field] === after[field])) return [];
  const { status, price, quantity } = before;
  const told = { subscriptionId: after.id, status: after.status, previous: { status, price, quantity } };
  return [() => events.emit('payment.subscription-changed', told)];
}
