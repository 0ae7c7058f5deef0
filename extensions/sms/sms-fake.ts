import { AssertionError } from 'node:assert';
import type { SmsMessage } from './message.ts';

/** What a message must be like. */
export interface SmsExpectation {
  readonly to?: string;
  readonly from?: string;
  /** The whole text, or what must be found in it. */
  readonly text?: string | RegExp;
}

/** Messages of a test; made with `services.sms.fake()`. */
export class SmsFake implements Disposable {
  readonly #messages: SmsMessage[] = [];
  readonly #operations = new Set<string>();
  readonly #restore: () => void;

  constructor(restore: () => void) {
    this.#restore = restore;
  }

  /** What was to be sent, the first first. */
  get sent(): readonly SmsMessage[] {
    return this.#messages;
  }

  /** For the service. What is asked for again under one identity would be sent once. */
  take(message: SmsMessage, operationId: string): void {
    if (this.#operations.has(operationId)) return;
    this.#operations.add(operationId);
    this.#messages.push(message);
  }

  /**
   * Makes sure that such a message was to be sent.
   * @param times how often exactly; at least once if left out
   * @throws AssertionError with what was sent
   */
  assertSent(expected: SmsExpectation = {}, times?: number): void {
    const found = this.#messages.filter((message) => fits(message, expected)).length;
    if (times === undefined ? found > 0 : found === times) return;
    const wanted = times === undefined ? 'A text message' : `${times} text messages`;
    this.#fail(`${wanted} like ${shown(expected)} should have been sent; ${found} were.`);
  }

  /** @throws AssertionError with what was sent */
  assertNothingSent(): void {
    if (this.#messages.length > 0) this.#fail('No text message should have been sent.');
  }

  /** Messages are sent again. */
  [Symbol.dispose](): void {
    this.#restore();
  }

  #fail(what: string): never {
    const all = this.#messages.map((message) => `\n  ${shown(message)}`).join('');
    throw new AssertionError({ message: `${what} Sent:${all || ' nothing'}` });
  }
}

function fits(message: SmsMessage, { to, from, text }: SmsExpectation): boolean {
  if (to !== undefined && message.to !== to) return false;
  if (from !== undefined && message.from !== from) return false;
  if (text === undefined) return true;
  return typeof text === 'string' ? message.text === text : text.test(message.text);
}

function shown({ to, from, text }: SmsExpectation): string {
  return JSON.stringify({ to, from, text: text instanceof RegExp ? String(text) : text });
}
