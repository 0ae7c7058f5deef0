import type { Capability, Operation } from '../../provider/capability.ts';
import type { Driver } from '../../provider/driver.ts';
import { type Failure, failureOf } from '../../provider/failure.ts';
import { classifyHttp } from '../../provider/http-failure.ts';
import { Secret } from '../../provider/secret.ts';
import { compileValidator } from '../../schema/index.ts';
import { type ApiAddress, type ApiKind, kindOf } from './api-model.ts';
import type { DescribeDriverOptions, InputContext } from './options.ts';

/** Shorter ones could be found in a text by chance. */
const shortest = 12;

/** An instance as the suite makes it. */
export interface Credentials {
  readonly config: Record<string, unknown>;
  readonly secrets: Readonly<Record<string, Secret>>;
}

/** The driver under test with what its author says about it. */
export class Subject {
  readonly driver: Driver;
  readonly capability: Capability;
  readonly operations: readonly Operation[];
  readonly options: DescribeDriverOptions;
  readonly kind: ApiKind;

  constructor(driver: Driver, options: DescribeDriverOptions) {
    this.driver = driver;
    this.options = options;
    this.capability = options.capability;
    this.operations = [...options.capability.operations.values()];
    this.kind = kindOf(options.api);
    const missing = this.operations.map(({ name }) => name).filter((name) => !(name in options.inputs));
    if (missing.length > 0) {
      throw new TypeError(`describeDriver("${driver.name}"): "inputs" needs ${missing.join(', ')} too.`);
    }
  }

  /** @throws when a credential cannot be looked for */
  instance(address: ApiAddress): Credentials {
    const { config = {}, secrets = {} } = this.options.instance(address);
    for (const [name, value] of Object.entries(secrets)) {
      if (value.length >= shortest) continue;
      throw new TypeError(
        `"instance" of describeDriver gives a "${name}" of ${value.length} characters. Give one of ${shortest} or more, so that it can be looked for.`,
      );
    }
    return {
      config: structuredClone(config),
      secrets: Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, new Secret(value)])),
    };
  }

  /** What is wrong with a configuration, into which the defaults are written. */
  configFaults(config: unknown): readonly string[] {
    const faults = compileValidator(this.driver.config, { coerce: false })(config);
    return faults.map(({ pointer, message }) => `/config${pointer} ${message}.`);
  }

  async input(operation: Operation, context: InputContext): Promise<unknown> {
    const made = await this.options.inputs[operation.name]?.(context);
    return operation.checkInput(made, this.capability.name);
  }

  /** What the pool would take an error for. @throws when `classify` does not do what it must */
  classify(error: unknown): Failure {
    const { classify, name } = this.driver;
    let said: unknown;
    try {
      said = classify?.(error);
    } catch (thrown) {
      throw new Error(
        `"classify" of "${name}" threw ${String(thrown)}, given ${describe(error)}. What it does not know it has to leave: return undefined, or classifyHttp(error).`,
        { cause: error },
      );
    }
    if (said === undefined) return classifyHttp(error);
    const failure = failureOf(said);
    if (failure) return failure;
    throw new Error(
      `"classify" of "${name}" returned ${JSON.stringify(said)}, which is no { class, effect, scope }, given ${describe(error)}.`,
      { cause: error },
    );
  }
}

/** An error with what lies behind it, in a line. */
export function describe(error: unknown): string {
  const parts: string[] = [];
  for (let at = error, depth = 0; at !== undefined && depth < 5; depth += 1) {
    parts.push(String(at));
    at = Error.isError(at) ? at.cause : undefined;
  }
  return parts.join(' ← ');
}
