import type { Capability, OperationMap } from '../../provider/capability.ts';
import type { Effect, FailureClass } from '../../provider/failure.ts';
import type { Static, TSchema } from '../../schema/index.ts';
import type { ApiAddress, ApiMaker } from './api-model.ts';
import type { DocumentedAnswers } from './fault.ts';

/** What an input is made with. */
export interface InputContext {
  /** Another for each input of a test: inputs of different numbers are different. */
  readonly number: number;
  /** Calls another operation of the same driver first: a refund needs a payment. @returns what it answers */
  readonly call: (operation: string, input: unknown) => Promise<unknown>;
}

type InputOf<Operation> = Operation extends { readonly input: infer Input extends TSchema }
  ? Static<Input>
  : unknown;

/** For each operation, what makes a good input of it. */
export type InputMakers<Operations extends OperationMap> = {
  readonly [Name in keyof Operations]: (
    context: InputContext,
  ) => InputOf<Operations[Name]> | Promise<InputOf<Operations[Name]>>;
};

/** A failure that the API documents: a declined card, a number that cannot be reached. */
export interface DocumentedFailure {
  readonly operation: string;
  /** The input that provokes it. */
  readonly input: (context: InputContext) => unknown;
  readonly class: FailureClass;
  /** `none` if left out. */
  readonly effect?: Effect;
  /** The code that callers get. Any, if left out. */
  readonly code?: string;
}

export interface DescribeDriverOptions<Operations extends OperationMap = OperationMap> {
  /** The capability, as its extension exports it. */
  readonly capability: Capability<string, Operations>;
  /** A small model of the API: `{ http: () => ({ listener, effects }) }`, `{ tcp: … }` or `{ local: … }`. */
  readonly api: ApiMaker;
  /**
   * An instance for the API at an address. The credentials are also what is looked for in everything that is told: at least
   * 12 characters, each another.
   */
  readonly instance: (api: ApiAddress) => {
    readonly config?: Readonly<Record<string, unknown>>;
    readonly secrets?: Readonly<Record<string, string>>;
  };
  readonly inputs: InputMakers<Operations>;
  /** What the API documents of a status, where it has a body of its own or means something else than usual. */
  readonly answers?: DocumentedAnswers;
  /** Failures beyond HTTP, by title. */
  readonly failures?: Readonly<Record<string, DocumentedFailure>>;
}
