import type { WebhookAnswer, WebhookRequest } from 'backplane';
import type { PaymentEvent } from '../../../extensions/payment/index.ts';
import { subjectOfEvent } from '../outcome/reconcile.ts';
import { signatureFault } from './signature.ts';

export interface WebhookConfig {
  readonly secrets: readonly string[];
  /** Seconds. */
  readonly tolerance: number;
  /** With Stripe Connect: the account of the instance. */
  readonly account?: string | undefined;
}

/** Verifies what came, and says what it is about. */
export function receive(
  { headers, body, now }: WebhookRequest,
  { secrets, tolerance, account }: WebhookConfig,
): WebhookAnswer {
  if (secrets.length === 0) return { state: 'refused', reason: 'The instance has no "webhookSecret".' };
  const header = headers['stripe-signature'];
  const given = typeof header === 'string' ? header : undefined;
  const reason = signatureFault({ body, header: given, secrets, tolerance, now });
  if (reason !== undefined) return { state: 'refused', reason };
  const event = parsed(body);
  if (event === undefined) return { state: 'refused', reason: 'It is signed, but no event of the API v1.' };
  const { id, type } = event;
  // An endpoint of a platform hears of all accounts that are connected to it, signed alike: of others nothing is believed.
  const isOurs = event.account === undefined || event.account === account;
  const subject = isOurs ? subjectOfEvent(event) : undefined;
  const told: PaymentEvent = { id, type, subject };
  return { state: 'verified', events: [told] };
}

type Event = Parameters<typeof subjectOfEvent>[0] & {
  readonly id: string;
  readonly type: string;
  /** Of a connected account. */
  readonly account?: string;
};

/** Only what Stripe has signed comes here: what is an event of Stripe's by its form has what its API says. */
function parsed(body: Uint8Array): Event | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
  return isEvent(value) ? value : undefined;
}

function isEvent(value: unknown): value is Event {
  return (
    typeof value === 'object' &&
    value !== null &&
    'object' in value &&
    value.object === 'event' &&
    'id' in value &&
    typeof value.id === 'string' &&
    'type' in value &&
    typeof value.type === 'string' &&
    'created' in value &&
    typeof value.created === 'number' &&
    'data' in value &&
    typeof value.data === 'object' &&
    value.data !== null &&
    'object' in value.data
  );
}
