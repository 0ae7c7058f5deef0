import { randomUUID } from 'node:crypto';
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

/** What instances of the driver `memory` have taken, the oldest first: `services.sms.outbox`. */
export class Outbox {
  #messages: readonly KeptSms[] = [];

  get messages(): readonly KeptSms[] {
    return this.#messages;
  }

  add(message: KeptSms): void {
    this.#messages = [...this.#messages, message].slice(-most);
  }

  clear(): void {
    this.#messages = [];
  }
}

/** Keeps messages and sends nothing. Under a key that an instance knows it takes nothing a second time. */
export function memoryDriver(outbox: Outbox): Driver {
  return defineDriver('memory', {
    capability: 'sms',
    config: Type.Object({}, { additionalProperties: false }),
    create() {
      const ids = new Map<string, string>();
      return {
        send({ to, text, from }, { key }) {
          const segments = segmentsOf(text);
          const known = ids.get(key);
          if (known !== undefined) return { id: known, segments };
          const id = randomUUID();
          ids.set(key, id);
          const [oldest] = ids.keys();
          if (ids.size > most && oldest !== undefined) ids.delete(oldest);
          outbox.add({ id, to, text, ...(from === undefined ? {} : { from }) });
          return { id, segments };
        },
      };
    },
  });
}
