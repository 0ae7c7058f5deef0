import type { DriverOperations } from 'backplane';
import type { Connection } from '../api/connection.ts';
import { customerObject } from '../mapping/objects.ts';
import { marks } from './marks.ts';

type Operations = Pick<DriverOperations<'payment'>, 'createCustomer' | 'updateCustomer' | 'getCustomer'>;

export function customerOperations(connection: Connection): Operations {
  return {
    async createCustomer({ reference, metadata, ...given }, attempt) {
      const { value, at } = await connection.send(attempt, (sdk, options) =>
        sdk.customers.create({ ...given, metadata: { ...metadata, ...marks(attempt, reference) } }, options),
      );
      return customerObject(value, at);
    },
    async updateCustomer({ customerId, ...given }, attempt) {
      const { value, at } = await connection.send(attempt, (sdk, options) =>
        sdk.customers.update(customerId, given, options),
      );
      return customerObject(value, at);
    },
    async getCustomer({ customerId }, attempt) {
      const { value, at } = await connection.ask(attempt, (sdk, options) =>
        sdk.customers.retrieve(customerId, {}, options),
      );
      return customerObject(value, at);
    },
  };
}
