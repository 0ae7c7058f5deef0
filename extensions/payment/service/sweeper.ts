import type { Logger, Services } from 'backplane';
import { customers } from '../records/customers.ts';
import type { RecordKind, RecordRow, ToldObject } from '../records/kind.ts';
import { payments } from '../records/payments.ts';
import { refunds } from '../records/refunds.ts';
import { subscriptions } from '../records/subscriptions.ts';
import { seek } from './locate.ts';

/** Milliseconds: younger ones are perhaps being worked on, older ones are for people to look at. */
const youngest = 2 * 60_000;
const oldest = 7 * 24 * 3_600_000;

/** Finds what was made of records whose answer was lost: by a crash, or while the provider could not be asked. */
export class Sweeper {
  readonly #services: Services;
  readonly #log: Logger;

  constructor(services: Services, log: Logger) {
    this.#services = services;
    this.#log = log;
  }

  /** @returns how many were found */
  async sweep(): Promise<number> {
    return (
      (await this.#of(customers)) +
      (await this.#of(payments)) +
      (await this.#of(refunds)) +
      (await this.#of(subscriptions))
    );
  }

  async #of<Row extends RecordRow, Told extends ToldObject, Values extends { status: string }>(
    kind: RecordKind<Row, Told, Values>,
  ): Promise<number> {
    const now = this.#services.data.now();
    const [from, to] = [oldest, youngest].map((age) => new Date(now - age).toISOString());
    let found = 0;
    for (const row of await kind.unheard(this.#services, from ?? '', to ?? '')) {
      try {
        if (await seek(kind, this.#services, row)) found += 1;
      } catch (error) {
        this.#log.warn(
          { err: error, kind: kind.name, id: row.id },
          'What became of a record cannot be asked now',
        );
      }
    }
    return found;
  }
}
