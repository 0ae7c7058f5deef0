import { defineExtension } from 'backplane';
import type {} from './events.ts';
import { Payments } from './service/payments.ts';

export { payment } from './capabilities/payment.ts';
export * from './contract/events.ts';
export * from './contract/objects.ts';
export { Customer } from './entities/customer.ts';
export { Payment } from './entities/payment.ts';
export { Refund } from './entities/refund.ts';
export { Subscription } from './entities/subscription.ts';
export { digitsOf } from './money/currencies.ts';
export { Money } from './money/money.ts';
export type { Payments };

declare module 'backplane' {
  interface Services {
    readonly payments: Payments;
  }
}

const minute = 60_000;

export default defineExtension({
  register({ container, log }) {
    container.singleton('payments', (services) => new Payments(services, log));
  },

  boot({ effects, services, log }) {
    effects.interval(
      () => {
        services.payments.sweep().catch((error: unknown) => log.error({ err: error }, 'The sweep failed'));
      },
      minute,
      'finding payments whose answer was lost',
    );
  },
});
