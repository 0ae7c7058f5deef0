import type { Services } from 'backplane';
import type { RefundObject } from '../contract/objects.ts';
import { Payment } from '../entities/payment.ts';
import { Refund } from '../entities/refund.ts';
import { hold } from './hold.ts';
import { type Place, portion, type RecordKind, type Tell, type Trouble } from './kind.ts';
import { rowOnce } from './row-once.ts';

const rows = ({ data }: Services) => data.repository(Refund);
const manager = ({ managers }: Services) => managers.asSystem().of(Refund);

type Values = Pick<Refund, 'status' | 'amount' | 'failureCode'>;

/** Records of refunds. */
export const refunds: RecordKind<Refund, RefundObject, Values> = {
  name: 'refund',
  finals: ['failed', 'canceled'],
  // With its payment, on which all its refunds count.
  hold: ({ data }, { paymentId }) => hold(data, 'payment_payments', paymentId),
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
  values: ({ status, amount, failure }) => ({
    status,
    amount: amount.amount,
    failureCode: failure?.slice(0, 100) ?? null,
  }),
  async write(services, id, values: Values, place: Place) {
    await manager(services).update(id, { ...values, ...place });
    return rows(services).findOrFail(id);
  },
  async writeTrouble(services, id, trouble: Trouble) {
    await manager(services).update(id, { ...trouble });
    return rows(services).findOrFail(id);
  },
  async ask({ providers }, refundId, pin) {
    return (await providers.for('payment').getRefund({ refundId }, pin)).value;
  },
  async seek({ providers }, what, pin) {
    return (await providers.for('payment').find({ kind: 'refund', ...what }, pin)).value.refund;
  },
  async adopt(services, { id, paymentId: providerId, amount: { amount } }, { instance, isOurs }) {
    if (providerId === null || amount === 0) return undefined;
    const named = await services.data.repository(Payment).query().where({ providerId }).get();
    const payment = named.find(isOurs);
    if (payment === undefined) return undefined;
    const operationId = `${instance}/${id}`.slice(0, 200);
    return rowOnce(
      () => rows(services).query().where({ operationId }).first(),
      () => manager(services).create({ operationId, paymentId: payment.id, amount, status: 'planned' }),
    );
  },
  async follow(services, before, after) {
    await countRefunded(services, after.paymentId);
    return tellOf(services, before, after);
  },
};

/** What was given back, or is on its way back, of a payment. */
async function countRefunded(services: Services, paymentId: string): Promise<void> {
  const given = await rows(services)
    .query()
    .where({ paymentId })
    .whereIn('status', ['pending', 'succeeded'])
    .get();
  const refunded = given.reduce((sum, { amount }) => sum + amount, 0);
  const payment = await services.data.repository(Payment).findOrFail(paymentId);
  if (payment.refunded === refunded) return;
  await services.managers.asSystem().of(Payment).update(paymentId, { refunded });
}

function tellOf({ kernel: { events } }: Services, before: Refund, after: Refund): readonly Tell[] {
  if (before.status === after.status) return [];
  const { id: refundId, paymentId, amount } = after;
  switch (after.status) {
    case 'succeeded':
      return [() => events.emit('payment.refunded', { paymentId, refundId, amount })];
    case 'failed':
    case 'canceled':
      return [() => events.emit('payment.refund-failed', { paymentId, refundId })];
    default:
      return [];
  }
}
