import { randomBytes } from 'node:crypto';
import { type Form, formOf, textOf, textsOf } from './form.ts';

/** An object as the API shows it. */
export type FakeObject = { readonly id: string; readonly object: string; created: number } & Record<
  string,
  unknown
>;

export interface FakeEvent {
  readonly id: string;
  readonly object: 'event';
  readonly type: string;
  readonly created: number;
  readonly data: { readonly object: FakeObject };
  readonly request: { readonly id: string; readonly idempotency_key: string | null };
}

/** An answer that is no success, in the form of https://docs.stripe.com/api/errors. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: object;
  /** Was it found before the request was begun? Then nothing is kept under its key. */
  readonly isEarly: boolean;

  constructor(status: number, error: Record<string, unknown>, isEarly = false) {
    super(String(error.message));
    this.status = status;
    this.body = { error };
    this.isEarly = isEarly;
  }
}

const invalid = (message: string, more: object = {}, isEarly = false) =>
  new ApiError(400, { type: 'invalid_request_error', message, ...more }, isEarly);

const missing = (id: string) =>
  new ApiError(404, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such object: '${id}'`,
  });

const number = (text: string | undefined): number => Number(text ?? Number.NaN);

/**
 * What an account of Stripe's keeps, and what its API does with it: as much of it as the driver uses. Payment methods:
 * `pm_declined` is declined, `pm_action` wants the payer, `pm_slow` is processing; others succeed.
 */
export class FakeAccount {
  readonly objects = new Map<string, FakeObject>();
  readonly events: FakeEvent[] = [];
  /** How often something was made or changed by a request. */
  effects = 0;
  /** Seconds since 1970. */
  readonly now: () => number;
  #key: string | null = null;

  constructor(now: () => number) {
    this.now = now;
  }

  /** Objects of a kind: what was really done. */
  all(object: string): FakeObject[] {
    return [...this.objects.values()].filter((one) => one.object === object);
  }

  /** What happens without a request: a bank that answers, a period that ends. */
  change(id: string, changes: Record<string, unknown>, type: string): FakeEvent {
    this.#key = null;
    return this.#tell(type, Object.assign(this.#get(id), changes));
  }

  handle(method: string, path: string, form: Form, key: string | null): object {
    this.#key = key;
    const answer = this.#handle(method, path, form);
    if (method !== 'GET') this.effects += 1;
    return answer;
  }

  #handle(method: string, path: string, form: Form): object {
    const [, , collection = '', id, action] = path.split('/');
    const route = `${method} ${collection}${id === undefined ? '' : '/:id'}${action === undefined ? '' : `/${action}`}`;
    switch (route) {
      case 'GET balance':
        return { object: 'balance', available: [] };
      case 'GET events':
        return this.#list(this.events, form);
      case 'GET subscriptions':
        return this.#list(this.#subscriptions(textOf(form, 'status')), form);
      case 'GET customers':
      case 'GET payment_intents':
      case 'GET refunds':
        return this.#list(this.all(collection.slice(0, -1)), form);
      case 'GET customers/:id':
      case 'GET payment_intents/:id':
      case 'GET refunds/:id':
        return this.#get(id ?? '');
      case 'GET subscriptions/:id':
        return this.#expanded(this.#get(id ?? ''), Object.values(formOf(form, 'expand')));
      case 'POST customers':
        return this.#make('cus', 'customer', {
          ...this.#person(form),
          metadata: textsOf(formOf(form, 'metadata')),
        });
      case 'POST customers/:id':
        return this.#changed(id ?? '', this.#person(form), 'customer.updated');
      case 'POST payment_intents':
        return this.#createIntent(form);
      case 'POST payment_intents/:id/confirm':
        return this.#confirm(this.#get(id ?? ''), form);
      case 'POST payment_intents/:id/capture':
        return this.#capture(this.#get(id ?? ''), textOf(form, 'amount_to_capture'));
      case 'POST payment_intents/:id/cancel':
        return this.#cancel(this.#get(id ?? ''));
      case 'POST refunds':
        return this.#refund(form);
      case 'POST subscriptions':
        return this.#subscribe(form);
      case 'POST subscriptions/:id':
        return this.#changeSubscription(this.#get(id ?? ''), form);
      case 'DELETE subscriptions/:id':
        return this.#endSubscription(this.#get(id ?? ''));
      default:
        throw new ApiError(404, {
          type: 'invalid_request_error',
          message: `Unrecognized request URL (${route})`,
        });
    }
  }

  #get(id: string): FakeObject {
    const object = this.objects.get(id);
    if (object === undefined) throw missing(id);
    return object;
  }

  /** Those that have ended are left out unless they are asked for. */
  #subscriptions(status: string | undefined): FakeObject[] {
    const all = this.all('subscription');
    if (status === 'all') return all;
    return all.filter((one) => (status === undefined ? one.status !== 'canceled' : one.status === status));
  }

  /** What an object names by its id, in full where that is asked for: the invoice and the setup of a subscription. */
  #expanded(object: FakeObject, expand: readonly unknown[]): object {
    const wanted = expand.flatMap((one) => (typeof one === 'string' ? [one.split('.')[0] ?? ''] : []));
    const full = wanted.map((field) => [field, this.objects.get(String(object[field])) ?? null]);
    return { ...object, ...Object.fromEntries(full) };
  }

  #list(all: readonly FakeObject[] | readonly FakeEvent[], form: Form): object {
    const since = number(textOf(formOf(form, 'created'), 'gte')) || 0;
    const until = number(textOf(formOf(form, 'created'), 'lte')) || Number.POSITIVE_INFINITY;
    const types = Object.values(formOf(form, 'types'));
    const customer = textOf(form, 'customer');
    const newest = [...all]
      .reverse()
      .filter((one) => one.created >= since && one.created <= until)
      .filter((one) => types.length === 0 || ('type' in one && types.some((type) => type === one.type)))
      .filter((one) => customer === undefined || ('customer' in one && one.customer === customer));
    const after = textOf(form, 'starting_after');
    if (after !== undefined && newest.every(({ id }) => id !== after)) throw missing(after);
    const from = after === undefined ? 0 : newest.findIndex(({ id }) => id === after) + 1;
    const limit = number(textOf(form, 'limit')) || 10;
    const data = newest.slice(from, from + limit);
    return { object: 'list', url: '/', data, has_more: newest.length > from + limit };
  }

  #make(
    prefix: string,
    object: string,
    values: Record<string, unknown>,
    type = `${object}.created`,
  ): FakeObject {
    const id = `${prefix}_${randomBytes(9).toString('hex')}`;
    const made: FakeObject = { id, object, created: this.now(), ...values };
    this.objects.set(id, made);
    this.#tell(type, made);
    return made;
  }

  #changed(id: string, changes: Record<string, unknown>, type: string): FakeObject {
    const object = Object.assign(this.#get(id), changes);
    this.#tell(type, object);
    return object;
  }

  #tell(type: string, object: FakeObject): FakeEvent {
    const event: FakeEvent = {
      id: `evt_${randomBytes(9).toString('hex')}`,
      object: 'event',
      type,
      created: this.now(),
      data: { object: structuredClone(object) },
      request: { id: `req_${randomBytes(6).toString('hex')}`, idempotency_key: this.#key },
    };
    this.events.push(event);
    return event;
  }

  #person(form: Form): Record<string, unknown> {
    const { email, name } = { email: textOf(form, 'email'), name: textOf(form, 'name') };
    return { email: email ?? null, name: name ?? null };
  }

  #createIntent(form: Form): FakeObject {
    const amount = number(textOf(form, 'amount'));
    const currency = textOf(form, 'currency');
    if (!Number.isInteger(amount) || currency === undefined) {
      throw invalid('Missing required param: amount.', { code: 'parameter_missing', param: 'amount' }, true);
    }
    if (amount > 99_999_999)
      throw invalid('Amount must be no more than 999,999.99', { code: 'amount_too_large' });
    const customer = textOf(form, 'customer');
    if (customer !== undefined) this.#get(customer);
    const intent = this.#make('pi', 'payment_intent', {
      amount,
      currency,
      amount_received: 0,
      amount_capturable: 0,
      capture_method: textOf(form, 'capture_method') ?? 'automatic',
      client_secret: `pi_secret_${randomBytes(12).toString('hex')}`,
      customer: customer ?? null,
      last_payment_error: null,
      next_action: null,
      status: textOf(form, 'payment_method') ? 'requires_confirmation' : 'requires_payment_method',
      metadata: textsOf(formOf(form, 'metadata')),
      payment_method: textOf(form, 'payment_method') ?? null,
      automatic_payment_methods: textsOf(formOf(form, 'automatic_payment_methods')),
    });
    return textOf(form, 'confirm') === 'true' ? this.#confirm(intent, form) : intent;
  }

  #confirm(intent: FakeObject, form: Form): FakeObject {
    const { status, amount, payment_method = null, automatic_payment_methods: methods } = intent;
    if (!confirmable.includes(status)) throw unexpected(intent);
    // Some methods that the account has enabled send the payer away, unless that is forbidden.
    const mayRedirect = !JSON.stringify(methods).includes('"allow_redirects":"never"');
    if (mayRedirect && textOf(form, 'return_url') === undefined) {
      throw invalid('Some of these payment methods redirect your customer: you must provide a `return_url`.');
    }
    switch (textOf(form, 'payment_method') ?? payment_method) {
      case null:
        throw invalid('You cannot confirm this PaymentIntent because it is missing a payment method.');
      case 'pm_declined': {
        const error = {
          type: 'card_error',
          code: 'card_declined',
          decline_code: 'insufficient_funds',
          message: 'Your card has insufficient funds.',
        };
        const changes = {
          status: 'requires_payment_method',
          last_payment_error: error,
          payment_method: null,
        };
        const declined = this.#changed(intent.id, changes, 'payment_intent.payment_failed');
        throw new ApiError(402, { ...error, payment_intent: structuredClone(declined) });
      }
      case 'pm_action': {
        const next_action = {
          type: 'redirect_to_url',
          redirect_to_url: { url: `https://bank.example/3ds?client_secret=${String(intent.client_secret)}` },
        };
        return this.#changed(
          intent.id,
          { status: 'requires_action', next_action },
          'payment_intent.requires_action',
        );
      }
      case 'pm_slow':
        return this.#changed(intent.id, { status: 'processing' }, 'payment_intent.processing');
      default:
        if (intent.capture_method === 'manual') {
          const changes = { status: 'requires_capture', amount_capturable: amount };
          return this.#changed(intent.id, changes, 'payment_intent.amount_capturable_updated');
        }
        return this.#changed(
          intent.id,
          { status: 'succeeded', amount_received: amount },
          'payment_intent.succeeded',
        );
    }
  }

  #capture(intent: FakeObject, given: string | undefined): FakeObject {
    if (intent.status !== 'requires_capture') throw unexpected(intent);
    const captured = given === undefined ? Number(intent.amount) : number(given);
    if (captured > Number(intent.amount)) throw invalid('The amount is larger than what can be captured.');
    const changes = { status: 'succeeded', amount_received: captured, amount_capturable: 0 };
    return this.#changed(intent.id, changes, 'payment_intent.succeeded');
  }

  #cancel(intent: FakeObject): FakeObject {
    if (!cancelable.includes(intent.status)) throw unexpected(intent);
    return this.#changed(intent.id, { status: 'canceled', amount_capturable: 0 }, 'payment_intent.canceled');
  }

  #refund(form: Form): FakeObject {
    const intent = this.#get(textOf(form, 'payment_intent') ?? '');
    const before = this.all('refund').filter((one) => one.payment_intent === intent.id);
    const given = before.reduce((sum, one) => sum + Number(one.amount), 0);
    const left = Number(intent.amount_received) - given;
    const amount = number(textOf(form, 'amount') ?? String(left));
    if (left <= 0) throw invalid('Charge has already been refunded.', { code: 'charge_already_refunded' });
    if (amount > left)
      throw invalid(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`);
    return this.#make('re', 'refund', {
      amount,
      currency: intent.currency,
      payment_intent: intent.id,
      status: 'succeeded',
      metadata: textsOf(formOf(form, 'metadata')),
    });
  }

  #subscribe(form: Form): FakeObject {
    this.#get(textOf(form, 'customer') ?? '');
    const item = formOf(formOf(form, 'items'), '0');
    const isPaid = textOf(form, 'default_payment_method') !== undefined;
    const isTrial = textOf(form, 'trial_period_days') !== undefined;
    const type = 'customer.subscription.created';
    const values = {
      customer: textOf(form, 'customer'),
      status: isTrial ? 'trialing' : isPaid ? 'active' : 'incomplete',
      cancel_at_period_end: false,
      ended_at: null,
      metadata: textsOf(formOf(form, 'metadata')),
      // The invoice of a trial is about nothing, and wants no payment.
      latest_invoice: this.#secretly('in', 'invoice', (client_secret) => ({
        confirmation_secret: isTrial ? null : { client_secret },
      })),
      pending_setup_intent:
        isTrial && !isPaid
          ? this.#secretly('seti', 'setup_intent', (client_secret) => ({ client_secret }))
          : null,
      items: { object: 'list', data: [this.#item(`si_${randomBytes(6).toString('hex')}`, item)] },
      prorations: [],
    };
    return this.#make('sub', 'subscription', values, type);
  }

  /** Made along with something else, with a secret. @returns its id */
  #secretly(prefix: string, object: string, values: (secret: string) => object): string {
    const id = `${prefix}_${randomBytes(9).toString('hex')}`;
    const secret = `${prefix}_secret_${randomBytes(8).toString('hex')}`;
    this.objects.set(id, { id, object, created: this.now(), ...values(secret) });
    return id;
  }

  #item(id: string, form: Form): object {
    return {
      id,
      price: { id: textOf(form, 'price') },
      quantity: number(textOf(form, 'quantity') ?? '1'),
      current_period_end: this.now() + 30 * 86_400,
    };
  }

  #changeSubscription(subscription: FakeObject, form: Form): FakeObject {
    if (subscription.status === 'canceled')
      throw invalid('A canceled subscription can only update its cancellation_details and metadata.');
    const item = formOf(formOf(form, 'items'), '0');
    const end = textOf(form, 'cancel_at_period_end');
    const id = textOf(item, 'id');
    const changes = {
      ...(end === undefined ? {} : { cancel_at_period_end: end === 'true' }),
      ...(id === undefined ? {} : { items: { object: 'list', data: [this.#item(id, item)] } }),
      proration: textOf(form, 'proration_behavior') ?? 'create_prorations',
    };
    return this.#changed(subscription.id, changes, 'customer.subscription.updated');
  }

  #endSubscription(subscription: FakeObject): FakeObject {
    if (subscription.status === 'canceled') throw missing(subscription.id);
    const changes = { status: 'canceled', ended_at: this.now() };
    return this.#changed(subscription.id, changes, 'customer.subscription.deleted');
  }
}

/** https://docs.stripe.com/api/payment_intents/cancel */
const cancelable: readonly unknown[] = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'requires_capture',
];
const confirmable: readonly unknown[] = cancelable.slice(0, 3);

function unexpected(intent: FakeObject): ApiError {
  const message = `This PaymentIntent's status is ${String(intent.status)}.`;
  return invalid(message, { code: 'payment_intent_unexpected_state' });
}
