import type { Logger, Services } from 'backplane';
import { WebhookEvent } from '../entities/webhook-event.ts';
import { customers } from '../records/customers.ts';
import type { RecordKind, RecordRow, ToldObject } from '../records/kind.ts';
import { payments } from '../records/payments.ts';
import { refunds } from '../records/refunds.ts';
import { subscriptions } from '../records/subscriptions.ts';
import { isDue, oldest, youngest } from './due.ts';
import { seek } from './locate.ts';

/** How many of a kind are looked for in one sweep; the youngest first, who are most probably found. */
const most = 1_000;
/** How long events are remembered: providers send them again for some days, people for a month. */
const remembered = 90 * 24 * 3_600_000;

/**
 * Finds what was made of records whose answer was lost: by a crash, or while the provider could not be asked. Forgets events
 * that cannot come again.
 */
export class Sweeper {
  readonly #services: Services;
  readonly #log: Logger;
  #running: Promise<number> | undefined;
  /** When the last sweep began that could ask everybody. */
  #last: number | undefined;

  constructor(services: Services, log: Logger) {
    this.#services = services;
    this.#log = log;
  }

  /** @returns how many were found; of one that is under way already, what that one finds */
  sweep(): Promise<number> {
    this.#running ??= this.#sweep().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #sweep(): Promise<number> {
    const { data } = this.#services;
    const now = data.now();
    const before = new Date(now - remembered).toISOString();
    await data.repository(WebhookEvent).query().where('createdAt', '<', before).delete();
    const parts = [
      await this.#of(customers, now),
      await this.#of(payments, now),
      await this.#of(refunds, now),
      await this.#of(subscriptions, now),
    ];
    // Who could not be asked about is due again at once.
    if (parts.every(({ isComplete }) => isComplete)) this.#last = now;
    return parts.reduce((sum, { found }) => sum + found, 0);
  }

  async #of<Row extends RecordRow, Told extends ToldObject, Values extends { status: string }>(
    kind: RecordKind<Row, Told, Values>,
    now: number,
  ): Promise<{ readonly found: number; readonly isComplete: boolean }> {
    const [from, to] = [oldest, youngest].map((age) => new Date(now - age).toISOString());
    const due: Row[] = [];
    await kind.unheard(this.#services, from ?? '', to ?? '', (rows) => {
      due.push(...rows.filter(({ createdAt }) => isDue(Date.parse(createdAt), now, this.#last)));
    });
    due.sort((one, other) => Date.parse(other.createdAt) - Date.parse(one.createdAt));
    let found = 0;
    // Who has not answered is not asked about all the others, too.
    const silent = new Set<string>();
    for (const row of due.slice(0, most)) {
      try {
        if (await seek(kind, this.#services, row, silent)) found += 1;
      } catch (error) {
        const { id } = row;
        this.#log.warn({ err: error, kind: kind.name, id }, 'What became of a record cannot be asked now');
      }
    }
    return { found, isComplete: !this.#usable().some((instance) => silent.has(instance)) };
  }

  /** Those that will answer again by themselves. */
  #usable(): readonly string[] {
    return this.#services.providers
      .list()
      .flatMap(({ capability, instance, state }) =>
        capability === 'payment' && state !== 'disabled' && state !== 'invalid' ? [instance] : [],
      );
  }
}
