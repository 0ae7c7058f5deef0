import type { Static, TSchema } from '../schema/index.ts';
import type { Attempt } from './attempt.ts';
import type { Capability, OperationMap } from './capability.ts';

/**
 * The capabilities there are, by name. Extensions add theirs, so that `providers.for('payment')` knows its operations:
 *
 * @example
 * declare module 'backplane' {
 *   interface Capabilities { payment: typeof payment }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is filled by declaration merging
export interface Capabilities {}

/** The name of a capability that somebody declares in {@link Capabilities}. */
export type CapabilityName = keyof Capabilities & string;

type Operations<Name> = Name extends keyof Capabilities
  ? Capabilities[Name] extends Capability<string, infer Declared extends OperationMap>
    ? Declared
    : never
  : never;

type InputOf<Operation> = Operation extends { readonly input: infer Input extends TSchema }
  ? Static<Input>
  : never;
type OutputOf<Operation> = Operation extends { readonly output: infer Output extends TSchema }
  ? Static<Output>
  : never;

/** What a caller may say about one call. */
export interface CallOptions {
  /**
   * Identity of the work, also for calls that repeat it after a crash: an order's id, not a random text. What was done
   * under it is never done again.
   */
  readonly operationId?: string;
  readonly signal?: AbortSignal;
  /** Milliseconds that the call may take with all its attempts; what the operation declares if left out. */
  readonly deadline?: number;
  /** Calls with the same text go to the same instance while it can be called. */
  readonly affinity?: string;
  /**
   * Only this instance, or others that share its account (`deduplication`): for what it has made, which is known nowhere
   * else. @throws PROVIDER_INSTANCE_UNKNOWN where there is none of that name
   */
  readonly instance?: string;
  /** Checks the input and tells who would be called, but calls nobody. */
  readonly dryRun?: boolean;
}

/** A keyed operation is nothing without its key. */
type OptionsOf<Operation> = Operation extends { readonly safety: 'keyed' }
  ? CallOptions & { readonly operationId: string }
  : CallOptions;

type OptionArguments<Options> = object extends Options ? [options?: Options] : [options: Options];

/** What a call returns: the answer, and how it came about. */
export interface CallResult<Value> {
  readonly value: Value;
  readonly attempts: readonly Attempt[];
  /** Who has done it, also where that was found out later: what belongs to it is asked for there. */
  readonly instance: string;
}

/** What `providers.for(name)` returns: a method for each operation. Of a dry run, `value` is undefined. */
export type CapabilityClient<Name extends string> = Name extends keyof Capabilities
  ? {
      readonly [Operation in keyof Operations<Name>]: (
        input: InputOf<Operations<Name>[Operation]>,
        ...options: OptionArguments<OptionsOf<Operations<Name>[Operation]>>
      ) => Promise<CallResult<OutputOf<Operations<Name>[Operation]>>>;
    }
  : Readonly<Record<string, (input: unknown, options?: CallOptions) => Promise<CallResult<unknown>>>>;

/** What a driver's operation is told about the attempt that it makes. */
export interface AttemptContext {
  /** The idempotency key: the caller's `operationId`, the same for each attempt. One of its own where the caller gave none. */
  readonly key: string;
  /** Aborts when nobody waits for this attempt any more. To be handed to `fetch`. */
  readonly signal: AbortSignal;
  /** Milliseconds that this attempt may take. */
  readonly timeout: number;
  /** Counts the attempts of the call, from 1. */
  readonly number: number;
}

/** What a driver's `create` returns: a function for each operation of the capability. */
export type DriverOperations<Name extends string> = Name extends keyof Capabilities
  ? {
      readonly [Operation in keyof Operations<Name>]: (
        input: InputOf<Operations<Name>[Operation]>,
        attempt: AttemptContext,
      ) => OutputOf<Operations<Name>[Operation]> | Promise<OutputOf<Operations<Name>[Operation]>>;
    }
  : object;
