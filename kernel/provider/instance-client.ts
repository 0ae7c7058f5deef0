import type { OwnedDriver } from './capabilities.ts';
import type { Secret } from './secret.ts';

export interface ClientParts {
  readonly identity: string;
  readonly driver: OwnedDriver;
  /** Checked, with its defaults. */
  readonly config: object;
  readonly secrets: Readonly<Record<string, Secret>>;
}

/**
 * What a driver made for one identity. It outlives changes of priority, weight and the like, which make another instance of
 * the same client, and is released when no set has it any more and the last attempt has ended.
 */
export class InstanceClient {
  readonly identity: string;
  readonly driver: OwnedDriver;
  readonly #config: object;
  readonly #secrets: Readonly<Record<string, Secret>>;
  #made: object | undefined;
  #inFlight = 0;
  #isRetired = false;

  constructor({ identity, driver, config, secrets }: ClientParts) {
    this.identity = identity;
    this.driver = driver;
    this.#config = config;
    this.#secrets = secrets;
  }

  /** Made when it is first needed. @throws what `create` throws */
  get value(): object {
    this.#made ??= this.driver.driver.create(this.#config, this.#secrets);
    return this.#made;
  }

  /** An attempt begins. */
  begin(): void {
    this.#inFlight += 1;
  }

  /** It has ended. */
  end(): void {
    this.#inFlight -= 1;
    if (this.#isRetired && this.#inFlight === 0) this.#release();
  }

  /** It is in no set any more: released when the last attempt has ended. */
  retire(): void {
    this.#isRetired = true;
    if (this.#inFlight === 0) this.#release();
  }

  /** It is in a set again. */
  revive(): void {
    this.#isRetired = false;
  }

  #release(): void {
    const made = this.#made;
    this.#made = undefined;
    // Nobody waits for it, and nobody could do anything about it.
    if (made !== undefined) Promise.try(() => this.driver.driver.dispose?.(made)).catch(() => {});
  }
}
