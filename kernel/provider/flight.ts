import { randomUUID } from 'node:crypto';
import { messageOf } from '../errors.ts';
import type { Attempt } from './attempt.ts';
import type { Operation } from './capability.ts';
import type { AttemptContext } from './capability-types.ts';
import type { Clock } from './clock.ts';
import { abortedInFlight, type Failure, timedOut, unclassified } from './failure.ts';
import type { Instance } from './instance.ts';
import { idempotencyKey } from './journal.ts';
import { reasonOf } from './reason.ts';
import { scrubbedError } from './scrub.ts';
import type { Observers } from './telemetry.ts';

/** How an attempt ended. */
export type Outcome =
  | { readonly value: unknown; readonly failure?: undefined }
  | { readonly failure: Failure; readonly error: Error | undefined };

/** The identity of a call's work: what the caller gave, else one that is made when somebody asks for it. */
export class CallKey {
  readonly #operation: string;
  readonly #tenant: string | undefined;
  #operationId: string | undefined;

  constructor(operation: string, tenant: string | undefined, operationId: string | undefined) {
    this.#operation = operation;
    this.#tenant = tenant;
    this.#operationId = operationId;
  }

  get operationId(): string {
    this.#operationId ??= randomUUID();
    return this.#operationId;
  }

  /** The idempotency key. */
  get value(): string {
    const { operationId } = this;
    return idempotencyKey({ operation: this.#operation, tenant: this.#tenant, operationId });
  }
}

export interface FlightPlan {
  readonly instance: Instance;
  readonly isProbe: boolean;
  readonly why: Attempt['why'];
  readonly number: number;
  readonly capability: string;
  readonly operation: Operation;
  readonly tenant: string | undefined;
  readonly input: unknown;
  readonly key: CallKey;
  /** Milliseconds. */
  readonly timeout: number;
  readonly clock: Clock;
  readonly observers: Observers;
  /** The caller's. */
  readonly signal: AbortSignal | undefined;
  /** An answer that came after nobody waited for it any more. */
  readonly onLate: ((value: unknown) => void) | undefined;
}

/** A failure of the client itself: nothing was sent, and nothing would be next time. */
const noClient: Failure = { class: 'config', effect: 'none', scope: 'instance', code: 'NO_CLIENT' };
const malformed: Failure = { ...unclassified, code: 'MALFORMED' };

/** One attempt under way. It ends when the driver answers, its time is over, or nobody waits for it any more. */
export class Flight implements AttemptContext {
  readonly timeout: number;
  readonly number: number;
  readonly ended: Promise<Outcome>;
  /** What is told of it; there once it has ended. */
  record: Attempt | undefined;
  readonly #plan: FlightPlan;
  readonly #begun: number;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #tell: (attempt: Attempt) => void;
  #controller: AbortController | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(plan: FlightPlan) {
    const { instance, isProbe, capability, operation, tenant, number, clock, timeout, signal } = plan;
    this.#plan = plan;
    this.timeout = timeout;
    this.number = number;
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.ended = promise;
    this.#resolve = resolve;
    this.#begun = clock.now();
    this.#tell = plan.observers.begin({
      capability,
      operation: operation.name,
      tenant,
      instance: instance.name,
      driver: instance.driver.driver.name,
      number,
    });
    instance.begin(this.#begun, isProbe);
    this.#cancelTimer = clock.after(timeout, this.#onTimeout);
    signal?.addEventListener('abort', this.cancel);
    this.#send();
  }

  get key(): string {
    return this.#plan.key.value;
  }

  /** Made when it is asked for: a driver that looks at none costs none. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.record !== undefined) this.#controller.abort();
    return this.#controller.signal;
  }

  /** Nobody waits for it any more. */
  readonly cancel = (): void => this.#fail(abortedInFlight, undefined);

  readonly #onTimeout = (): void =>
    this.#fail(timedOut, new Error(`No answer within ${Math.round(this.timeout)} ms`));

  #send(): void {
    let send: () => unknown;
    try {
      send = this.#sender();
    } catch (thrown) {
      this.#fail(noClient, thrown);
      return;
    }
    // From here on something may have been sent, whatever is thrown.
    try {
      const answer = send();
      if (answer instanceof Promise) answer.then(this.#onAnswer, this.#onError);
      else if (isThenable(answer)) Promise.resolve(answer).then(this.#onAnswer, this.#onError);
      else this.#onAnswer(answer);
    } catch (thrown) {
      this.#onError(thrown);
    }
  }

  /** What calls the driver. @throws when there is nothing to call */
  #sender(): () => unknown {
    const { instance, operation, input } = this.#plan;
    const client: object = instance.client;
    const work: unknown = Reflect.get(client, operation.name);
    if (typeof work !== 'function') throw new Error(`The driver has no operation "${operation.name}"`);
    return () => Reflect.apply(work, client, [input, this]);
  }

  readonly #onAnswer = (value: unknown): void => {
    const { onLate } = this.#plan;
    const fault = this.#faultOf(value);
    if (this.record !== undefined) {
      if (fault === undefined) onLate?.(value);
    } else if (fault === undefined) this.#end({ value });
    else this.#fail(malformed, new Error(`Its answer does not fit the schema: ${fault}`));
  };

  /** An answer may throw as it is read. */
  #faultOf(value: unknown): string | undefined {
    try {
      return this.#plan.operation.outputFault(value);
    } catch (thrown) {
      return messageOf(thrown);
    }
  }

  readonly #onError = (thrown: unknown): void => {
    if (this.record === undefined) this.#fail(this.#plan.instance.classify(thrown), thrown);
  };

  #fail(failure: Failure, thrown: unknown): void {
    const { instance } = this.#plan;
    const error = thrown === undefined ? undefined : scrubbedError(thrown, (text) => instance.scrub(text));
    this.#end({ failure, error });
  }

  #end(outcome: Outcome): void {
    if (this.record !== undefined) return;
    const { instance, isProbe, clock, signal, number, why } = this.#plan;
    const now = clock.now();
    const { failure } = outcome;
    this.record = {
      number,
      instance: instance.name,
      driver: instance.driver.driver.name,
      why,
      duration: now - this.#begun,
      outcome: failure?.class ?? 'ok',
      ...(failure === undefined ? {} : told(failure, outcome.error)),
    };
    this.#cancelTimer?.();
    signal?.removeEventListener('abort', this.cancel);
    instance.end(now, this.#begun, isProbe, failure);
    // What is still under way is no longer waited for.
    if (failure !== undefined) this.#controller?.abort();
    this.#tell(this.record);
    this.#resolve(outcome);
  }
}

function told({ effect, scope, code }: Failure, error: Error | undefined): Partial<Attempt> {
  return {
    effect,
    scope,
    ...(code === undefined ? {} : { code }),
    ...(error === undefined ? {} : { error: reasonOf(error) }),
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
