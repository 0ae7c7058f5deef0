import { AsyncLocalStorage } from 'node:async_hooks';
import type { AttemptContext } from 'backplane';
import type StripeSdk from 'stripe';
import { stripeKey } from './key.ts';

export type Sdk = StripeSdk;
export type RequestOptions = StripeSdk.RequestOptions;

export interface ConnectionConfig {
  /** Where the API is: `https://api.stripe.com`. */
  readonly apiBase: string;
  /** For whom the platform acts, with Stripe Connect. */
  readonly account?: string;
}

/** What one request is told, and what its answer tells besides its body. */
interface Exchange {
  readonly signal: AbortSignal;
  headers: Headers | undefined;
}

/** A body of Stripe's, and when it was so. */
export interface Told<Value> {
  readonly value: Value;
  /** Milliseconds since 1970, by Stripe's clock; `undefined`: it is the answer to an earlier request, kept under its key. */
  readonly at: number | undefined;
}

/**
 * The SDK, without what the pool does: it retries nothing, and keeps to the time and signal of an attempt. It is loaded
 * with the first request, so that nobody waits for it at the start.
 */
export class Connection {
  readonly #config: ConnectionConfig;
  readonly #apiKey: string;
  readonly #exchange = new AsyncLocalStorage<Exchange>();
  #sdk: Promise<Sdk> | undefined;

  constructor(config: ConnectionConfig, apiKey: string) {
    this.#config = config;
    this.#apiKey = apiKey;
  }

  /** Sends under the key of an attempt. */
  send<Value>(
    attempt: Pick<AttemptContext, 'key' | 'signal' | 'timeout'>,
    request: (sdk: Sdk, options: RequestOptions) => Promise<Value>,
  ): Promise<Told<Value>> {
    return this.#run(attempt, request, { idempotencyKey: stripeKey(attempt.key) });
  }

  /** Only looks: GET and DELETE take no key. */
  ask<Value>(
    attempt: Pick<AttemptContext, 'signal' | 'timeout'>,
    request: (sdk: Sdk, options: RequestOptions) => Promise<Value>,
  ): Promise<Told<Value>> {
    return this.#run(attempt, request, {});
  }

  async #run<Value>(
    { signal, timeout }: Pick<AttemptContext, 'signal' | 'timeout'>,
    request: (sdk: Sdk, options: RequestOptions) => Promise<Value>,
    options: RequestOptions,
  ): Promise<Told<Value>> {
    this.#sdk ??= this.#load();
    const sdk = await this.#sdk;
    signal.throwIfAborted();
    const exchange: Exchange = { signal, headers: undefined };
    const time = { timeout: Math.max(1, Math.ceil(timeout)) };
    const value = await this.#exchange.run(exchange, () => request(sdk, { ...options, ...time }));
    return { value, at: timeOf(exchange.headers) };
  }

  async #load(): Promise<Sdk> {
    const { default: Stripe } = await import('stripe');
    const { protocol, hostname, port } = new URL(this.#config.apiBase);
    return new Stripe(this.#apiKey, {
      protocol: protocol === 'http:' ? 'http' : 'https',
      host: hostname,
      port: port || (protocol === 'http:' ? 80 : 443),
      maxNetworkRetries: 0,
      telemetry: false,
      httpClient: Stripe.createFetchHttpClient(this.#fetch),
      ...(this.#config.account === undefined ? {} : { stripeAccount: this.#config.account }),
    });
  }

  /** The SDK knows no signal of its own, and hands its requests to this. */
  readonly #fetch: typeof fetch = async (input, init) => {
    const exchange = this.#exchange.getStore();
    const signals = [exchange?.signal, init?.signal].filter((one) => one instanceof AbortSignal);
    try {
      const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) });
      if (exchange) exchange.headers = response.headers;
      return response;
    } catch (error) {
      // With a `code` such as ECONNRESET the SDK would send once more, whatever it was told about retries.
      throw new Error('The request failed', { cause: error });
    }
  };
}

/** @returns `undefined` for an answer that Stripe has kept: it says how things were, not how they are */
function timeOf(headers: Headers | undefined): number | undefined {
  if (headers === undefined || headers.get('idempotent-replayed') === 'true') return undefined;
  const date = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) ? undefined : date;
}
