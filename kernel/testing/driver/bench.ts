import type { Operation } from '../../provider/capability.ts';
import type { AttemptContext } from '../../provider/capability-types.ts';
import type { Failure } from '../../provider/failure.ts';
import { Secret } from '../../provider/secret.ts';
import { until } from '../until.ts';
import type { ApiAddress } from './api-model.ts';
import type { Gate } from './gate.ts';
import { Site } from './site.ts';
import type { Credentials, Subject } from './subject.ts';

/** How a call of the driver itself ended. */
export type Ending =
  | { readonly value: unknown; readonly failure?: undefined; readonly error?: undefined }
  | { readonly failure: Failure; readonly error: unknown };

/** Milliseconds of real time that a driver may take for an answer that is there. */
const patience = 10_000;

let keys = 0;

/** A key that nothing has been asked under yet, as the pool makes them: of what is no ASCII they hold percent-encodings. */
export function freshKey(operation: Operation): string {
  keys += 1;
  return `${operation.name}:conformit%C3%A9-${process.pid}-${keys}-${Date.now()}`;
}

/** What the driver is told that is not so. */
export interface Misled {
  /** Where the API is. */
  readonly address?: ApiAddress | undefined;
  /** Its credentials are none that the API knows. */
  readonly isStranger?: boolean;
}

/** One client of the driver, before one model of the API. Disposes of both. */
export class Bench implements AsyncDisposable {
  readonly subject: Subject;
  readonly site: Site;
  readonly credentials: Credentials;
  readonly client: object;
  #number = 0;
  #isReleased = false;
  readonly #isMisled: boolean;
  /** Another client, which knows what is so, for what an input needs to be there. */
  #first: Bench | undefined;

  constructor(subject: Subject, site: Site, { address = site.address(), isStranger = false }: Misled = {}) {
    const credentials = subject.instance(address);
    this.subject = subject;
    this.site = site;
    this.credentials = isStranger ? withOtherSecrets(credentials) : credentials;
    this.#isMisled = isStranger || address !== site.address();
    this.client = subject.driver.create(withDefaults(subject, this.credentials), this.credentials.secrets);
  }

  static async open(subject: Subject, misled?: Misled): Promise<Bench> {
    return new Bench(subject, await Site.open(subject), misled);
  }

  /** @throws where the driver has no API that is reached through a gate */
  get gate(): Gate {
    const [gate] = this.site.gates;
    if (gate === undefined) throw new Error('A local driver has no gate');
    return gate;
  }

  /** Has the driver looked at any of the credentials of a stranger? */
  get hasRevealed(): boolean {
    return Object.values(this.credentials.secrets).some(
      (one) => one instanceof StrangeSecret && one.isRevealed,
    );
  }

  /** A good input, another each time. */
  input(operation: Operation): Promise<unknown> {
    this.#number += 1;
    return this.subject.input(operation, { number: this.#number, call: this.callFirst });
  }

  /** Calls the driver as the pool does. @throws when it does not settle, or its `classify` does not do what it must */
  async call(
    operation: Operation,
    input: unknown,
    { key = freshKey(operation), signal }: { key?: string; signal?: AbortSignal } = {},
  ): Promise<Ending> {
    const context: AttemptContext = {
      key,
      signal: signal ?? new AbortController().signal,
      timeout: operation.attemptTimeout,
      number: 1,
    };
    const work: unknown = Reflect.get(this.client, operation.name);
    if (typeof work !== 'function') throw new Error(`The client has no "${operation.name}"`);
    let ending: { value: unknown } | { error: unknown } | undefined;
    Promise.try(() => work.call(this.client, input, context)).then(
      (value: unknown) => {
        ending = { value };
      },
      (error: unknown) => {
        ending = { error };
      },
    );
    await until(() => ending !== undefined, { timeout: patience }).catch(() => {
      throw new Error(
        `"${operation.name}" has neither answered nor failed within ${patience / 1000} s, although the API has${signal?.aborted ? ' nobody who waits for it' : ''}.`,
      );
    });
    if (ending === undefined) throw new Error('It has not ended');
    if ('value' in ending) return ending;
    return { error: ending.error, failure: this.subject.classify(ending.error) };
  }

  /** Calls it and expects an answer. @throws when there is none, or it does not fit the schema */
  async succeed(operation: Operation, input: unknown, options: { key?: string } = {}): Promise<unknown> {
    const ending = await this.call(operation, input, options);
    if (ending.failure !== undefined) {
      throw new Error(
        `"${operation.name}" failed although the API works: ${String(ending.error)} (${JSON.stringify(ending.failure)})`,
        { cause: ending.error },
      );
    }
    const fault = operation.outputFault(ending.value);
    if (fault !== undefined) {
      throw new Error(
        `What "${operation.name}" answers does not fit the schema of its output: ${fault}. It is ${JSON.stringify(ending.value)}.`,
      );
    }
    return ending.value;
  }

  /** Lets the driver release its client. */
  async release(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    await this.#first?.release();
    await this.subject.driver.dispose?.(this.client);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.release();
    } finally {
      await this.site[Symbol.asyncDispose]();
    }
  }

  readonly callFirst = (name: string, input: unknown): Promise<unknown> => {
    const operation = this.subject.capability.operations.get(name);
    if (operation === undefined) throw new TypeError(`"${name}" is no operation of the capability.`);
    if (!this.#isMisled) return this.succeed(operation, input);
    this.#first ??= new Bench(this.subject, this.site);
    return this.#first.succeed(operation, input);
  };
}

/** As the pool gives a configuration to `create`: checked, with its defaults. */
function withDefaults(subject: Subject, { config }: Credentials): unknown {
  const filled = structuredClone(config);
  const faults = subject.configFaults(filled);
  if (faults.length > 0) throw new Error(`The configuration does not fit its schema: ${faults.join(' ')}`);
  return filled;
}

/** Notes whether anybody has looked at it. */
class StrangeSecret extends Secret {
  isRevealed = false;

  override reveal(): string {
    this.isRevealed = true;
    return super.reveal();
  }
}

/** As long, and of the same form as far as the end. */
function withOtherSecrets({ config, secrets }: Credentials): Credentials {
  const others = Object.entries(secrets).map(([name, secret]) => {
    const value = secret.reveal();
    const end = value.endsWith('0000') ? '1111' : '0000';
    return [name, new StrangeSecret(`${value.slice(0, -4)}${end}`)] as const;
  });
  return { config, secrets: Object.fromEntries(others) };
}
