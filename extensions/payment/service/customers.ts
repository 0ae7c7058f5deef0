import type { Services } from 'backplane';
import { Customer } from '../entities/customer.ts';
import { customers } from '../records/customers.ts';
import { perform } from '../records/ledger.ts';
import { rowOnce } from '../records/row-once.ts';
import { locate } from './locate.ts';
import { assertSame, checkInput, checkWork, poolOptions, type WorkOptions } from './work.ts';

export interface CustomerInput {
  readonly email?: string;
  readonly name?: string;
  /** Of the application: a user's id. */
  readonly owner?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export class Customers {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** @throws what the pool throws */
  async create({ owner, ...input }: CustomerInput, options: WorkOptions): Promise<Customer> {
    const { operationId } = options;
    const services = this.#services;
    checkWork(services, options);
    const given = plain(input);
    checkInput('createCustomer', given);
    const row = await rowOnce(
      () => customers.byOperation(services, operationId),
      () =>
        services.managers
          .asSystem()
          .of(Customer)
          .create({ operationId, status: 'planned', ...(owner === undefined ? {} : { owner }) }),
    );
    assertSame(operationId, row, { owner });
    if (row.asOf !== null) return row;
    return perform(customers, services, row.id, () =>
      services.providers
        .for('payment')
        .createCustomer({ ...given, reference: row.id }, poolOptions('customer', options)),
    );
  }

  /** @param id of the record @throws ROW_NOT_FOUND, and what the pool throws */
  async update(id: string, input: Omit<CustomerInput, 'owner'>, options: WorkOptions): Promise<Customer> {
    checkWork(this.#services, options);
    const row = await locate(customers, this.#services, id);
    const given = { ...plain(input), customerId: row.providerId };
    return perform(customers, this.#services, id, () =>
      this.#services.providers
        .for('payment')
        .updateCustomer(given, poolOptions('update', options, row.instance)),
    );
  }
}

/** Schemas have mutable types. */
function plain({ metadata, ...rest }: Omit<CustomerInput, 'owner'>) {
  return { ...rest, ...(metadata === undefined ? {} : { metadata: { ...metadata } }) };
}
