import type { DriverOperations } from 'backplane';
import type { Connection } from '../api/connection.ts';
import { toStripe } from '../mapping/amount.ts';
import { refundObject } from '../mapping/objects.ts';
import { marks } from './marks.ts';

type Operations = Pick<DriverOperations<'payment'>, 'refund' | 'getRefund'>;

export function refundOperations(connection: Connection): Operations {
  return {
    async refund({ reference, paymentId, amount, reason }, attempt) {
      const params = {
        payment_intent: paymentId,
        amount: toStripe(amount),
        metadata: marks(attempt, reference),
        ...(reason === undefined ? {} : { reason }),
      };
      const { value, at } = await connection.send(attempt, (sdk, options) =>
        sdk.refunds.create(params, options),
      );
      return refundObject(value, at);
    },
    async getRefund({ refundId }, attempt) {
      const { value, at } = await connection.ask(attempt, (sdk, options) =>
        sdk.refunds.retrieve(refundId, {}, options),
      );
      return refundObject(value, at);
    },
  };
}
