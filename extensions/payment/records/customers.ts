import type { Services } from 'backplane';
import type { CustomerObject } from '../contract/objects.ts';
import { Customer } from '../entities/customer.ts';
import { hold } from './hold.ts';
import { type Place, portion, type RecordKind, type Trouble } from './kind.ts';

const rows = ({ data }: Services) => data.repository(Customer);
const manager = ({ managers }: Services) => managers.asSystem().of(Customer);

type Values = Pick<Customer, 'status' | 'email' | 'name'>;

/** Records of customers. */
export const customers: RecordKind<Customer, CustomerObject, Values> = {
  name: 'customer',
  finals: ['deleted'],
  hold: ({ data }, { id }) => hold(data, 'payment_customers', id),
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
  values: ({ deleted, email, name }) => ({ status: deleted ? 'deleted' : 'active', email, name }),
  async write(services, id, values: Values, place: Place) {
    await manager(services).update(id, { ...values, ...place });
    return rows(services).findOrFail(id);
  },
  async writeTrouble(services, id, trouble: Trouble) {
    await manager(services).update(id, { ...trouble });
    return rows(services).findOrFail(id);
  },
  async ask({ providers }, customerId, pin) {
    return (await providers.for('payment').getCustomer({ customerId }, pin)).value;
  },
  async seek({ providers }, what, pin) {
    return (await providers.for('payment').find({ kind: 'customer', ...what }, pin)).value.customer;
  },
  follow: async () => [],
};
