import { randomUUID } from 'node:crypto';
import type { Attempt, Services } from 'backplane';
import type {} from './capabilities/sms.ts';
import { checkMessage } from './check-message.ts';
import type { Outbox } from './delivery/memory-driver.ts';
import type { SmsMessage } from './message.ts';
import { segmentsOf } from './segments.ts';
import { SmsFake } from './sms-fake.ts';

export interface SmsOptions {
  /** Identity of the message, so that a call that repeats it sends nothing twice; one that is never repeated needs none. */
  readonly operationId?: string;
  /** For whom. */
  readonly tenant?: string;
  readonly signal?: AbortSignal;
}

export interface SmsResult {
  /** What the API knows the message by. */
  readonly id: string;
  /** Messages that the text is sent as, where the API says so. */
  readonly segments?: number;
  readonly attempts: readonly Attempt[];
}

/** Sends text messages: `services.sms`. */
export class Sms {
  /** What instances of the driver `memory` have taken. */
  readonly outbox: Outbox;
  readonly #providers: Services['providers'];
  /** The last one counts. */
  #fakes: readonly SmsFake[] = [];

  constructor(providers: Services['providers'], outbox: Outbox) {
    this.#providers = providers;
    this.outbox = outbox;
  }

  /**
   * Sends a message by whichever instance can.
   *
   * @throws HttpError 422 `SMS_INVALID` with all faults of the message
   * @throws PROVIDER_DECLINED (who is to get it does not want it), PROVIDER_REFUSED, PROVIDER_UNAVAILABLE, PROVIDER_FAILED,
   *   PROVIDER_OUTCOME_UNKNOWN
   *
   * @example
   * await services.sms.send({ to: '+442079460958', text: 'Tea is ready' }, { operationId: `tea-${id}` });
   */
  async send(message: SmsMessage, options: SmsOptions = {}): Promise<SmsResult> {
    const { operationId = randomUUID(), tenant, signal } = options;
    const checked = checkMessage(message);
    const fake = this.#fakes.at(-1);
    if (fake) {
      fake.take(checked, operationId);
      return { id: operationId, segments: segmentsOf(checked.text), attempts: [] };
    }
    const call = { operationId, ...(signal === undefined ? {} : { signal }) };
    const { value, attempts } = await this.#providers.for('sms', { tenant }).send(checked, call);
    return { ...value, attempts };
  }

  /**
   * From now on messages are kept and sent nowhere, until what is returned is disposed: for tests.
   *
   * @example
   * using fake = kernel.service('sms').fake();
   * …
   * fake.assertSent({ to: '+442079460958', text: /ready/ });
   */
  fake(): SmsFake {
    const fake = new SmsFake(() => {
      this.#fakes = this.#fakes.filter((one) => one !== fake);
    });
    this.#fakes = [...this.#fakes, fake];
    return fake;
  }
}
