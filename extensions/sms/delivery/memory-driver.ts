import { type Driver, defineDriver, Type } from 'backplane';
import type {} from '../capabilities/sms.ts';
import type { SmsMessage } from '../message.ts';
import { segmentsOf } from '../segments.ts';

/** Messages that are kept at most; the oldest go first. */
const most = 1000;

/** A message that the driver `memory` has taken. */
export interface KeptSms extends SmsMessage {
  readonly id: string;
}

/** What the driver `memory` has taken, the oldest first: `services.sms.outbox`. */
export class Outbox {
  readonly #messages = new Map<string, KeptSms>();

  get messages(): readonly KeptSms[] {
    return [...this.#messages.values()];
  }

  /** Under a key that is known already nothing is taken a second time. */
  take({ to, text, from }: SmsMessage, key: string): KeptSms {
    const known = this.#messages.get(key);
    if (known) return known;
    const kept = { id: key, to, text, ...(from === undefined ? {} : { from }) };
    this.#messages.set(key, kept);
    const [oldest] = this.#messages.keys();
    if (this.#messages.size > most && oldest !== undefined) this.#messages.delete(oldest);
    return kept;
  }

  clear(): void {
    this.#messages.clear();
  }
}

/** Keeps messages and sends nothing. */
export function memoryDriver(outbox: Outbox): Driver {
  return defineDriver('memory', {
    capability: 'sms',
    config: Type.Object({}, { additionalProperties: false }),
    create: () => ({
      send: (message, { key }) => ({
        id: outbox.take(message, key).id,
        segments: segmentsOf(message.text),
      }),
    }),
  });
}
