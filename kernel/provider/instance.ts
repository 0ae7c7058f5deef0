import type { OwnedDriver } from './capabilities.ts';
import { type Failure, isFailure, unclassified } from './failure.ts';
import { classifyHttp } from './http-failure.ts';
import type { InstanceDefinition } from './instance-definition.ts';
import type { InstanceState } from './instance-state.ts';
import { type Scrub, scrubberOf } from './scrub.ts';

export interface InstanceParts {
  readonly definition: InstanceDefinition;
  /** Checked, with its defaults. */
  readonly config: object;
  readonly identity: string;
  readonly driver: OwnedDriver;
  readonly state: InstanceState;
}

/** Whoever can be asked: a definition with its driver, and what is known of it. */
export class Instance {
  readonly definition: InstanceDefinition;
  readonly identity: string;
  readonly driver: OwnedDriver;
  readonly state: InstanceState;
  readonly name: string;
  readonly priority: number;
  readonly weight: number;
  readonly cost: number;
  readonly concurrency: number;
  readonly quotaGroup: string;
  readonly deduplication: string;
  /** Stands for all instances of its driver. */
  readonly provider: string;
  readonly #config: object;
  #inFlight = 0;
  #isRetired = false;
  #scrub: Scrub | undefined;
  #client: object | undefined;

  constructor({ definition, config, identity, driver, state }: InstanceParts) {
    const { capability, tenant = '', name } = definition;
    const own = `${tenant}/${name}`;
    this.definition = definition;
    this.#config = config;
    this.identity = identity;
    this.driver = driver;
    this.state = state;
    this.name = name;
    this.priority = definition.priority ?? 0;
    this.weight = definition.weight ?? 1;
    this.cost = definition.cost ?? 0;
    this.concurrency = definition.concurrency ?? 100;
    // Names that people give count for everybody who gives the same, within a capability and driver.
    const scope = `${capability}/${definition.driver}`;
    this.provider = scope;
    this.quotaGroup = `${scope}:${definition.quotaGroup ?? own}`;
    this.deduplication = `${scope}:${definition.deduplication ?? own}`;
  }

  /** What its driver made; made when it is first needed. @throws what `create` throws */
  get client(): object {
    this.#client ??= this.driver.driver.create(this.#config, this.definition.secrets ?? {});
    return this.#client;
  }

  /** A text without the credentials of this instance. */
  scrub(text: string): string {
    this.#scrub ??= scrubberOf(Object.values(this.definition.secrets ?? {}));
    return this.#scrub(text);
  }

  /** What an error of its driver means. A driver that cannot say leaves everything possible. */
  classify(error: unknown): Failure {
    try {
      const said = this.driver.driver.classify?.(error) ?? classifyHttp(error);
      if (!isFailure(said)) return unclassified;
      return said.code === undefined ? said : { ...said, code: this.scrub(said.code) };
    } catch {
      return unclassified;
    }
  }

  /** An attempt begins. @param isProbe is it to find out whether the instance is back? */
  begin(now: number, isProbe: boolean): void {
    this.#inFlight += 1;
    this.state.begin(now, isProbe);
  }

  /** It has ended. @param failure `undefined`: it succeeded */
  end(now: number, begun: number, isProbe: boolean, failure: Failure | undefined): void {
    this.#inFlight -= 1;
    this.state.end(now, begun, isProbe, failure);
    if (this.#isRetired && this.#inFlight === 0) this.#release();
  }

  /** Keeps its client for as long as somebody uses it otherwise than by an attempt. */
  hold(): Disposable {
    this.#inFlight += 1;
    return {
      [Symbol.dispose]: () => {
        this.#inFlight -= 1;
        if (this.#isRetired && this.#inFlight === 0) this.#release();
      },
    };
  }

  /** It is in no set any more: its client is released when the last attempt has ended. */
  retire(): void {
    this.#isRetired = true;
    if (this.#inFlight === 0) this.#release();
  }

  /** It is in a set again. */
  revive(): void {
    this.#isRetired = false;
  }

  #release(): void {
    const client = this.#client;
    this.#client = undefined;
    // Nobody waits for it, and nobody could do anything about it.
    if (client !== undefined) Promise.try(() => this.driver.driver.dispose?.(client)).catch(() => {});
  }
}
