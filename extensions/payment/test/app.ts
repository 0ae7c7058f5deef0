import { type TestKernel, testKernel } from 'backplane/testing';
import type { FakeStripe } from '../../../test/support/stripe/fake-stripe.ts';

/** A kernel with this extension and Stripe, each server as an instance: `eu`, then `us`. */
export function startPayments(
  servers: readonly FakeStripe[],
  {
    database,
    extensions = [],
    env = {},
    more = [],
  }: {
    readonly database?: string;
    readonly extensions?: Parameters<typeof testKernel>[0]['extensions'];
    readonly env?: Readonly<Record<string, string>>;
    /** What each instance has besides. */
    readonly more?: readonly object[];
  } = {},
): Promise<TestKernel> {
  const names = ['eu', 'us'];
  const payment = servers.map((server, index) =>
    server.instance(names[index] ?? `i${index}`, { priority: index, ...more[index] }),
  );
  return testKernel({
    from: import.meta.url,
    extensions: ['..', '../../../providers/stripe', ...extensions],
    settings: { providers: { payment } },
    env,
    ...(database === undefined ? {} : { database }),
  });
}

type Injected = Awaited<ReturnType<TestKernel['inject']>>;

/** Sends an event as Stripe would. */
export function deliver(
  kernel: TestKernel,
  stripe: FakeStripe,
  event: object,
  { to = 'eu', ...how }: { readonly to?: string; readonly secret?: string; readonly at?: number } = {},
): Promise<Injected> {
  return kernel.inject('POST', `/payment/webhooks/${to}`, stripe.signed(event, { at: Date.now(), ...how }));
}

/** What a promise rejects with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<Error & { readonly code?: string }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('It did not reject');
}

/** The code of a problem, or of an error of the catalogue. */
export async function codeOf(promise: Promise<unknown>): Promise<string | undefined> {
  const error = await rejectionOf(promise);
  if (error.code !== undefined) return error.code;
  if (!('extra' in error) || typeof error.extra !== 'object' || error.extra === null) return error.message;
  return 'code' in error.extra && typeof error.extra.code === 'string' ? error.extra.code : error.message;
}
