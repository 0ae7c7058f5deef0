import { hash } from 'node:crypto';
import type { OwnedDriver } from './capabilities.ts';
import { type Failure, failureOf, unclassified } from './failure.ts';
import { classifyHttp } from './http-failure.ts';
import type { InstanceClient } from './instance-client.ts';
import type { InstanceDefinition } from './instance-definition.ts';
import type { InstanceState } from './instance-state.ts';
import type { Quota } from './quota.ts';
import { type Scrub, scrubberOf, withoutPassword } from './scrub.ts';

export interface InstanceParts {
  readonly definition: InstanceDefinition;
  readonly maker: InstanceClient;
  readonly state: InstanceState;
}

/** Whoever can be asked: a definition with the client that its driver made, and what is known of it. */
export class Instance {
  readonly definition: InstanceDefinition;
  /** Shared with the same instance before and after a change of its priority, weight and the like. */
  readonly maker: InstanceClient;
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
  /** Under which it rests alone. Other processes are told of it: of its credentials it says next to nothing. */
  readonly restName: string;
  readonly quota: Quota | readonly Quota[] | undefined;
  /** Stands for all instances of its driver. */
  readonly provider: string;
  #scrub: Scrub | undefined;

  constructor({ definition, maker, state }: InstanceParts) {
    const { capability, tenant = '', name } = definition;
    const own = `${tenant}/${name}`;
    this.definition = definition;
    this.maker = maker;
    this.identity = maker.identity;
    this.driver = maker.driver;
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
    // Enough to tell it from what it was before its credentials changed, and too little to guess them by.
    this.restName = `${scope}:${own}#${hash('sha256', this.identity, 'hex').slice(0, 4)}`;
    this.quota = definition.quota ?? this.driver.driver.quota;
  }

  /** What its driver made; made when it is first needed. @throws what `create` throws */
  get client(): object {
    return this.maker.value;
  }

  /** A text without the credentials of this instance, also without those in the addresses that SDKs quote. */
  scrub(text: string): string {
    this.#scrub ??= scrubberOf(Object.values(this.definition.secrets ?? {}));
    return withoutPassword(this.#scrub(text));
  }

  /** What an error of its driver means. A driver that cannot say leaves everything possible. */
  classify(error: unknown): Failure {
    try {
      const said = failureOf(this.driver.driver.classify?.(error) ?? classifyHttp(error));
      if (said === undefined) return unclassified;
      return said.code === undefined ? said : { ...said, code: this.scrub(said.code) };
    } catch {
      return unclassified;
    }
  }

  /** An attempt begins. @param isProbe is it to find out whether the instance is back? */
  begin(now: number, isProbe: boolean): void {
    this.maker.begin();
    this.state.begin(now, isProbe);
  }

  /** It has ended. @param failure `undefined`: it succeeded */
  end(now: number, begun: number, isProbe: boolean, failure: Failure | undefined): void {
    this.state.end(now, begun, isProbe, failure);
    this.maker.end();
  }

  /** Keeps its client for as long as somebody uses it otherwise than by an attempt. */
  hold(): Disposable {
    this.maker.begin();
    return { [Symbol.dispose]: () => this.maker.end() };
  }
}
