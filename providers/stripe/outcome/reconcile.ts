import type { ReconcileQuery, Reconciliation } from 'backplane';
import type StripeSdk from 'stripe';
import type { ProviderObject } from '../../../extensions/payment/index.ts';
import type { Connection } from '../api/connection.ts';
import { stripeKey } from '../api/key.ts';
import { keyField } from '../mapping/objects.ts';
import { search, subjectOf } from './search.ts';

const day = 24 * 3_600_000;
/** Milliseconds for one page. */
const timeout = 10_000;
/** Of events, a hundred each, the newest first. */
const pages = 10;

/** What each operation that makes something makes. */
const made: Readonly<Record<string, ProviderObject['kind']>> = {
  createCustomer: 'customer',
  createPayment: 'payment',
  refund: 'refund',
  createSubscription: 'subscription',
};

/** Which events say that something was changed. */
const changed: Readonly<Record<string, readonly string[]>> = {
  updateCustomer: ['customer.updated'],
  confirmPayment: [
    'payment_intent.succeeded',
    'payment_intent.processing',
    'payment_intent.requires_action',
    'payment_intent.amount_capturable_updated',
  ],
  capturePayment: ['payment_intent.succeeded', 'charge.captured'],
  cancelPayment: ['payment_intent.canceled'],
  changePlan: ['customer.subscription.updated'],
  cancelSubscription: ['customer.subscription.updated', 'customer.subscription.deleted'],
  resumeSubscription: ['customer.subscription.updated'],
};

/**
 * What became of a request: an object that carries its key, or an event that names it. That there is none says nothing at
 * first: Stripe may still work on it, and sending it again under its key is the better question. After a day Stripe may
 * have forgotten the key, and nothing is on its way any more: then an object that is in no list was never made. Of a change
 * that nobody told of even that is not certain, since not every change makes an event.
 */
export async function reconcile(
  connection: Connection,
  { operation, key, sentAt, signal }: ReconcileQuery,
  now: number = Date.now(),
): Promise<Reconciliation> {
  const kind = made[operation];
  if (kind === undefined) return reconcileChange(connection, { operation, key, sentAt, signal });
  const { subject, complete } = await search({
    connection,
    kind,
    since: sentAt,
    matches: (metadata) => metadata?.[keyField] === stripeKey(key),
    signal,
    timeout,
  });
  if (subject) return { state: 'done', value: subject.object };
  return { state: complete && now - sentAt > day ? 'notDone' : 'unknown' };
}

async function reconcileChange(
  connection: Connection,
  { operation, key, sentAt, signal }: ReconcileQuery,
): Promise<Reconciliation> {
  const types = changed[operation];
  if (types === undefined) return { state: 'unknown' };
  const created = { gte: Math.floor(sentAt / 1000) - 60 };
  let after: string | undefined;
  for (let page = 0; page < pages; page += 1) {
    const request = { types: [...types], created, limit: 100, ...(after ? { starting_after: after } : {}) };
    const { value } = await connection.ask({ signal, timeout }, (sdk, options) =>
      sdk.events.list(request, options),
    );
    const event = value.data.find(({ request }) => request?.idempotency_key === stripeKey(key));
    const subject = event && subjectOfEvent(event);
    if (subject) return { state: 'done', value: subject.object };
    after = value.data.at(-1)?.id;
    if (!value.has_more || after === undefined) break;
  }
  return { state: 'unknown' };
}

/** What an event is about, as it was then; `undefined`: nothing that this driver knows. */
export function subjectOfEvent({
  type,
  data,
  created,
}: Pick<StripeSdk.Event, 'data' | 'created' | 'type'>): ProviderObject | undefined {
  const object: unknown = data.object;
  if (!isKnown(object)) return undefined;
  const subject = subjectOf(object, created * 1000);
  // The event shows the customer as it was before.
  if (type === 'customer.deleted' && subject.kind === 'customer') {
    return { kind: 'customer', object: { ...subject.object, deleted: true } };
  }
  return subject;
}

const known: readonly unknown[] = ['customer', 'payment_intent', 'refund', 'subscription'];

function isKnown(object: unknown): object is Parameters<typeof subjectOf>[0] {
  return typeof object === 'object' && object !== null && 'object' in object && known.includes(object.object);
}
