import { BackplaneError, unknownKeys } from '../errors.ts';
import { compileValidator, type TSchema, type Validator } from '../schema/index.ts';

/**
 * What happens when an operation is done twice. `read`: nothing was done at all. `idempotent`: the second time changes
 * nothing. `keyed`: the API knows the second by its idempotency key. `atMostOnce`: it would be done twice.
 */
export type Safety = 'read' | 'idempotent' | 'keyed' | 'atMostOnce';

/** How an instance is chosen among those of the same priority. */
export type Strategy = 'least-loaded' | 'round-robin' | 'least-used' | 'cheapest';

/** Whose instances a call for a tenant may use: everybody's, the tenant's alone, or the tenant's if there are any. */
export type Tenancy = 'shared' | 'own' | 'own-or-shared';

export interface OperationOptions {
  /** `atMostOnce` if left out: the only one that is right for every operation. */
  readonly safety?: Safety;
  readonly input: TSchema;
  readonly output: TSchema;
  /** Milliseconds that a call may take with all its attempts; 30 s if left out. */
  readonly deadline?: number;
  /** Milliseconds that one attempt may take; 10 s, or the deadline, if left out. */
  readonly attemptTimeout?: number;
  /** Ask a second instance when the first has not answered after so many milliseconds. `read` and `idempotent` only. */
  readonly hedge?: { readonly after: number };
}

export type OperationMap = Readonly<Record<string, OperationOptions>>;

export interface CapabilityOptions<Operations extends OperationMap> {
  readonly operations: Operations;
  /** `least-loaded` if left out: the better of two drawn at random, by latency and calls on their way. */
  readonly strategy?: Strategy;
  /** `shared` if left out. */
  readonly tenants?: Tenancy;
  /**
   * The driver that answers while no instance is configured, except in production: one that needs neither configuration nor
   * credentials, as `log`.
   */
  readonly fallback?: string;
}

const safeties: readonly Safety[] = ['read', 'idempotent', 'keyed', 'atMostOnce'];
const strategies: readonly Strategy[] = ['least-loaded', 'round-robin', 'least-used', 'cheapest'];
const tenancies: readonly Tenancy[] = ['shared', 'own', 'own-or-shared'];
const operationKeys = ['safety', 'input', 'output', 'deadline', 'attemptTimeout', 'hedge'];
/** A client with such a method would be awaited as a promise is. */
const reserved = ['then', 'constructor', '__proto__'];

/** One operation of a capability, with its defaults. */
export class Operation {
  readonly name: string;
  readonly safety: Safety;
  readonly deadline: number;
  readonly attemptTimeout: number;
  readonly hedgeAfter: number | undefined;
  readonly #options: OperationOptions;
  /** Defaults are written into what is checked, and what a caller gave is the caller's. */
  readonly #copies: boolean;
  #input: Validator | undefined;
  #output: Validator | undefined;

  constructor(name: string, options: OperationOptions) {
    this.name = name;
    this.safety = options.safety ?? 'atMostOnce';
    this.deadline = options.deadline ?? 30_000;
    this.attemptTimeout = Math.min(options.attemptTimeout ?? 10_000, this.deadline);
    this.hedgeAfter = options.hedge?.after;
    this.#options = options;
    this.#copies = JSON.stringify(options.input).includes('"default"');
  }

  /** Can it be done again, anywhere, whatever became of it? */
  get repeatable(): boolean {
    return this.safety === 'read' || this.safety === 'idempotent';
  }

  /**
   * The input with its defaults.
   * @throws PROVIDER_INPUT_INVALID
   */
  checkInput(input: unknown, capability: string): unknown {
    this.#input ??= compileValidator(this.#options.input, { coerce: false });
    const checked = this.#copies ? structuredClone(input) : input;
    const faults = this.#input(checked);
    if (faults.length === 0) return checked;
    throw new BackplaneError('PROVIDER_INPUT_INVALID', { capability, operation: this.name, faults });
  }

  /** What is wrong with what a driver returned; `undefined`: nothing. */
  outputFault(output: unknown): string | undefined {
    this.#output ??= compileValidator(this.#options.output, { coerce: false });
    const [fault] = this.#output(output);
    return fault && `${fault.pointer || 'it'} ${fault.message}`;
  }
}

/** What callers can ask for, whoever does it; made with {@link defineCapability}. */
export class Capability<Name extends string = string, Operations extends OperationMap = OperationMap> {
  readonly name: Name;
  /** As they were declared: what the types of callers and drivers come from. */
  readonly declared: Operations;
  readonly strategy: Strategy;
  readonly tenants: Tenancy;
  readonly fallback: string | undefined;
  readonly operations: ReadonlyMap<string, Operation>;

  constructor(name: Name, options: CapabilityOptions<Operations>) {
    const faults = capabilityFaults(name, options);
    if (faults.length > 0) {
      throw new BackplaneError('DEFINITION_INVALID', { define: `defineCapability('${name}')`, faults });
    }
    this.name = name;
    this.declared = options.operations;
    this.strategy = options.strategy ?? 'least-loaded';
    this.tenants = options.tenants ?? 'shared';
    this.fallback = options.fallback;
    this.operations = new Map(
      Object.entries(options.operations).map(([operation, one]) => [
        operation,
        new Operation(operation, one),
      ]),
    );
  }
}

/**
 * Declares what callers can ask for, as a file under `capabilities/` exports it. Which driver does it, and with whose
 * credentials, is for settings to say.
 *
 * @param name lower-case kebab-case: `payment`
 * @throws DEFINITION_INVALID
 *
 * @example
 * export const payment = defineCapability('payment', {
 *   operations: { charge: { safety: 'keyed', input: ChargeInput, output: Charge, deadline: 20_000, attemptTimeout: 8_000 } },
 * });
 * export default payment;
 */
export function defineCapability<const Name extends string, const Operations extends OperationMap>(
  name: Name,
  options: CapabilityOptions<Operations>,
): Capability<Name, Operations> {
  return new Capability(name, options);
}

function capabilityFaults(name: string, options: CapabilityOptions<OperationMap>): readonly string[] {
  const { operations = {}, strategy = 'least-loaded', tenants = 'shared', fallback } = options;
  const faults = [...unknownKeys(options, ['operations', 'strategy', 'tenants', 'fallback'])];
  if (!/^[a-z][a-z0-9-]*$/.test(name))
    faults.push(`"${name}" must be lower-case kebab-case, as "text-message".`);
  if (Object.keys(operations).length === 0) faults.push('It has no operations.');
  if (!strategies.includes(strategy)) faults.push(`"strategy" must be one of ${strategies.join(', ')}.`);
  if (fallback !== undefined && tenants === 'own')
    faults.push('"fallback" would be everybody\'s, but each instance of "tenants: own" is somebody\'s.');
  if (!tenancies.includes(tenants)) faults.push(`"tenants" must be one of ${tenancies.join(', ')}.`);
  for (const [operation, one] of Object.entries(operations)) {
    faults.push(...operationFaults(operation, one).map((fault) => `Operation "${operation}": ${fault}`));
  }
  return faults;
}

function operationFaults(name: string, options: OperationOptions): readonly string[] {
  const { safety = 'atMostOnce', input, output, deadline = 1, attemptTimeout = 1, hedge } = options;
  const faults = [...unknownKeys(options, operationKeys)];
  if (reserved.includes(name)) faults.push('JavaScript has its own use for this name.');
  if (!safeties.includes(safety)) faults.push(`"safety" must be one of ${safeties.join(', ')}.`);
  if (typeof input !== 'object' || typeof output !== 'object')
    faults.push('"input" and "output" must be schemas.');
  if (!(deadline > 0) || !(attemptTimeout > 0))
    faults.push('"deadline" and "attemptTimeout" must be above 0.');
  if (hedge && safety !== 'read' && safety !== 'idempotent') {
    faults.push(`"hedge" would do it twice: it is for "read" and "idempotent", and this is "${safety}".`);
  }
  return faults;
}
