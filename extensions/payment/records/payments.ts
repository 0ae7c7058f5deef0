import type { Services } from 'backplane';
import type { PaymentObject } from '../contract/objects.ts';
import { Payment } from '../entities/payment.ts';
import { hold } from './hold.ts';
import { type Place, portion, type RecordKind, type Tell, type Trouble } from './kind.ts';

const rows = ({ data }: Services) => data.repository(Payment);
const manager = ({ managers }: Services) => managers.asSystem().of(Payment);

type Values = Pick<Payment, 'status' | 'amount' | 'received' | 'capturable' | 'failureCode' | 'action'>;

/** Records of payments. */
export const payments: RecordKind<Payment, PaymentObject, Values> = {
  name: 'payment',
  finals: ['succeeded', 'canceled'],
  hold: ({ data }, { id }) => hold(data, 'payment_payments', id),
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
  values: ({ status, amount, received, capturable, failure, action }) => ({
    status,
    amount: amount.amount,
    received,
    capturable,
    failureCode: failure?.code.slice(0, 100) ?? null,
    action: action?.slice(0, 100) ?? null,
  }),
  async write(services, id, values: Values, place: Place) {
    await manager(services).update(id, { ...values, ...place });
    return rows(services).findOrFail(id);
  },
  async writeTrouble(services, id, trouble: Trouble) {
    await manager(services).update(id, { ...trouble });
    return rows(services).findOrFail(id);
  },
  async ask({ providers }, paymentId, pin) {
    return (await providers.for('payment').getPayment({ paymentId }, pin)).value;
  },
  async seek({ providers }, what, pin) {
    return (await providers.for('payment').find({ kind: 'payment', ...what }, pin)).value.payment;
  },
  follow: async (services, before, after) => tellOf(services, before, after),
};

function tellOf({ kernel: { events } }: Services, before: Payment, after: Payment): readonly Tell[] {
  const { id: paymentId, failureCode: code } = after;
  const failedAnew = code !== null && code !== before.failureCode;
  // That the provider keeps the payment open for another payment method is no second failure.
  const isOpened = before.status === 'failed' && after.status === 'requires_payment_method';
  if ((before.status === after.status || isOpened) && !failedAnew) return [];
  switch (after.status) {
    case 'succeeded':
      return [() => events.emit('payment.succeeded', { paymentId })];
    case 'canceled':
      return [() => events.emit('payment.canceled', { paymentId })];
    case 'requires_capture':
      return [() => events.emit('payment.capturable', { paymentId })];
    case 'failed':
    case 'requires_payment_method':
      return code === null ? [] : [() => events.emit('payment.failed', { paymentId, code })];
    case 'requires_action':
      return [() => events.emit('payment.action-required', { paymentId })];
    default:
      return [];
  }
}
