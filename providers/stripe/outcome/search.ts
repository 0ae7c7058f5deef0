import type StripeSdk from 'stripe';
import type { ProviderObject } from '../../../extensions/payment/index.ts';
import type { Connection, RequestOptions, Sdk } from '../api/connection.ts';
import { customerObject, paymentObject, refundObject, subscriptionObject } from '../mapping/objects.ts';

type Kind = ProviderObject['kind'];
type Metadata = Readonly<Record<string, string>> | null | undefined;

export interface SearchRequest {
  readonly connection: Connection;
  readonly kind: Kind;
  /** Milliseconds since 1970: nothing older is looked at, but for a minute in which clocks may differ. */
  readonly since: number;
  readonly matches: (metadata: Metadata) => boolean;
  readonly signal: AbortSignal;
  /** Milliseconds for each page. */
  readonly timeout: number;
}

export interface Found {
  readonly subject: ProviderObject | undefined;
  /** Was everything looked through? */
  readonly complete: boolean;
}

const skew = 60_000;
/** Milliseconds in which what is looked for was most probably made. */
const soon = 10 * 60_000;
const pageSize = 100;
const pages = 20;

/**
 * Looks through what was made since a moment. By the lists, which are up to date at once; what the Search API finds may be
 * a minute old, or more (https://docs.stripe.com/search#data-freshness). They begin with the newest: so that thousands that
 * were made since do not hide it, what was made soon after that moment is looked through by itself, and first.
 */
export async function search(request: SearchRequest): Promise<Found> {
  const from = request.since - skew;
  const until = request.since + soon;
  if (Date.now() < until) return searchIn(request, { gte: seconds(from) });
  const early = await searchIn(request, { gte: seconds(from), lte: seconds(until) });
  if (early.subject) return early;
  const late = await searchIn(request, { gte: seconds(until) });
  return { subject: late.subject, complete: early.complete && late.complete };
}

const seconds = (time: number): number => Math.floor(time / 1000);

async function searchIn(
  { connection, kind, matches, signal, timeout }: SearchRequest,
  created: Created,
): Promise<Found> {
  let after: string | undefined;
  for (let page = 0; page < pages; page += 1) {
    const request = { created, limit: pageSize, ...(after === undefined ? {} : { starting_after: after }) };
    const { value, at } = await connection.ask({ signal, timeout }, (sdk, options) =>
      listOf(kind, sdk, request, options),
    );
    const found = value.data.find(({ metadata }) => matches(metadata));
    if (found) return { subject: subjectOf(found, at), complete: true };
    after = value.data.at(-1)?.id;
    if (!value.has_more || after === undefined) return { subject: undefined, complete: true };
  }
  return { subject: undefined, complete: false };
}

/** Seconds since 1970. */
interface Created {
  readonly gte: number;
  readonly lte?: number;
}

type Listed = StripeSdk.Customer | StripeSdk.PaymentIntent | StripeSdk.Refund | StripeSdk.Subscription;

interface ListRequest {
  readonly created: Created;
  readonly limit: number;
  readonly starting_after?: string;
}

function listOf(
  kind: Kind,
  sdk: Sdk,
  request: ListRequest,
  options: RequestOptions,
): Promise<{ readonly data: readonly Listed[]; readonly has_more: boolean }> {
  switch (kind) {
    case 'customer':
      return sdk.customers.list(request, options);
    case 'payment':
      return sdk.paymentIntents.list(request, options);
    case 'refund':
      return sdk.refunds.list(request, options);
    case 'subscription':
      // Those that have ended are left out otherwise.
      return sdk.subscriptions.list({ ...request, status: 'all' }, options);
  }
}

/** An object of Stripe's by what it says that it is. */
export function subjectOf(object: Listed, at: number | undefined): ProviderObject {
  switch (object.object) {
    case 'customer':
      return { kind: 'customer', object: customerObject(object, at) };
    case 'payment_intent':
      return { kind: 'payment', object: paymentObject(object, at) };
    case 'refund':
      return { kind: 'refund', object: refundObject(object, at) };
    case 'subscription':
      return { kind: 'subscription', object: subscriptionObject(object, at) };
  }
}
