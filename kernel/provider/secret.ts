import { inspect } from 'node:util';

/** What stands in place of a secret wherever it is shown. */
const shown = '[secret]';

/** A credential. It shows itself to nobody but who asks for it by {@link Secret.reveal}: not in JSON, logs or texts. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The credential itself, to be handed to the API and to nobody else. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [Symbol.toPrimitive](): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}
