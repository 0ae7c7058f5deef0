import { MemoryInstances, MemoryJournal, Providers, Secret } from 'backplane';
import { payment } from '../../../../extensions/payment/index.ts';
import type { FakeStripe } from '../../../../test/support/stripe/fake-stripe.ts';
import driver from '../../drivers/stripe.ts';

export interface PoolOptions {
  readonly journal?: MemoryJournal;
  /** What each instance has besides, in the order of the servers. */
  readonly more?: readonly object[];
}

/** A pool of instances, `eu`, `us` and so on, each with a server of its own; the first comes first. It backs off at once. */
export function poolOf(servers: readonly FakeStripe[], { journal, more = [] }: PoolOptions = {}): Providers {
  const names = ['eu', 'us', 'uk'];
  const instances = servers.map((server, index) => ({
    capability: 'payment',
    name: names[index] ?? `i${index}`,
    driver: 'stripe',
    priority: index,
    config: { apiBase: server.url },
    secrets: { apiKey: new Secret(server.apiKey), webhookSecret: new Secret(server.secret) },
    ...more[index],
  }));
  const world = {
    capabilities: new Map([[payment.name, payment]]),
    drivers: new Map([['payment/stripe', { driver, owner: 'stripe' }]]),
    release: () => {},
  };
  return new Providers({
    world: () => world,
    stores: [new MemoryInstances(instances)],
    journal: journal ?? new MemoryJournal(),
    random: () => 0,
  });
}

/** 19.99 € by a card that pays, at once. */
export const order = {
  reference: '0190a000-0000-7000-8000-00000000000a',
  amount: { amount: 1999, currency: 'EUR' },
  confirm: true,
  paymentMethod: 'pm_card',
  capture: 'automatic',
  offSession: false,
  savePaymentMethod: false,
} as const;

/** What a promise rejects with. */
export async function rejectionOf(
  promise: Promise<unknown>,
): Promise<Error & { readonly code?: string; readonly details?: Readonly<Record<string, unknown>> }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('It did not reject');
}
