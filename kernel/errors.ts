/**
 * Every error the kernel can raise: its code, what happened (with the concrete names) and how to mend it. The entries
 * stand in `errors/`, a file for each part of the house. A code is stable: programs and people may rely on it.
 */

import { cliErrors } from './errors/cli.ts';
import { dataErrors } from './errors/data.ts';
import { didYouMean } from './errors/did-you-mean.ts';
import type { Entry } from './errors/entry.ts';
import { extensionErrors } from './errors/extension.ts';
import { migrationErrors } from './errors/migration.ts';
import { providerErrors } from './errors/provider.ts';
import { type InputFault, resourceErrors } from './errors/resource.ts';
import { servingErrors } from './errors/serving.ts';

export { didYouMean, type InputFault };

const catalogue = {
  ...servingErrors,
  ...extensionErrors,
  ...cliErrors,
  ...dataErrors,
  ...migrationErrors,
  ...resourceErrors,
  ...providerErrors,
};

type Catalogue = typeof catalogue;
export type ErrorCode = keyof Catalogue;
export type ErrorDetails<Code extends ErrorCode> = Parameters<Catalogue[Code]['message']>[0];

/** An error of the catalogue. `message` says what happened and how to mend it; `details` hold the names. */
export class BackplaneError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'BackplaneError';
  readonly code: Code;
  readonly details: ErrorDetails<Code>;
  readonly status: number;
  /** What clients of every route may read of it; `undefined`: nothing. */
  readonly shown: string | undefined;

  /**
   * @param code which error of the catalogue
   * @param details the concrete names that its message speaks of
   * @param options `cause`: the error behind this one
   */
  constructor(code: Code, details: ErrorDetails<Code>, options?: ErrorOptions) {
    const found: Entry<never> = catalogue[code];
    // The catalogue ties each code to its details; the union of all entries is what loses that tie here.
    const say = (sentence: Entry<never>['message']) => (sentence as (details: unknown) => string)(details);
    super(say(found.message), options);
    this.code = code;
    this.details = readable(details);
    this.status = found.status ?? 500;
    this.shown = found.shown && say(found.shown);
  }
}

/** Suggestions begin with a space, to stand after a sentence; by themselves they do without. */
function readable<Details>(details: Details): Details {
  if (typeof details !== 'object' || details === null || !('suggestion' in details)) return details;
  const { suggestion } = details;
  return typeof suggestion === 'string' ? { ...details, suggestion: suggestion.trim() } : details;
}

/** Is this an error of the catalogue? Unlike `instanceof`, keeps the type of its details. */
export function isBackplaneError(thrown: unknown): thrown is BackplaneError {
  return thrown instanceof BackplaneError;
}

/** The extensions that an error of the catalogue names as those whom it is about. */
export function ownersOf(thrown: unknown): readonly string[] {
  const details: object = isBackplaneError(thrown) ? thrown.details : {};
  const owners: unknown = 'owners' in details ? details.owners : 'owner' in details ? [details.owner] : [];
  return Array.isArray(owners) ? owners.filter((owner) => typeof owner === 'string') : [];
}

/** Several faults found in one pass, so that all can be mended at once. */
export class FaultList extends AggregateError {
  override readonly name = 'FaultList';
  declare errors: Error[];
  readonly status: number;

  constructor(faults: readonly Error[]) {
    super(faults, faults.map((fault) => fault.message).join('\n'));
    this.status = faults.find((fault) => fault instanceof BackplaneError)?.status ?? 500;
  }
}

/** Throws nothing for no fault, the fault itself for one, a {@link FaultList} for several. */
export function throwFaults(faults: readonly Error[]): void {
  const [first] = faults;
  if (first === undefined) return;
  throw faults.length === 1 ? first : new FaultList(faults);
}

/** A sentence about each key that is none of those known, such as `"boddy" is unknown. Did you mean "body"?` */
export function unknownKeys(given: object, known: readonly string[]): readonly string[] {
  return Object.keys(given)
    .filter((key) => !known.includes(key))
    .map((key) => `"${key}" is unknown.${didYouMean(key, known) || ` Known: ${known.join(', ')}.`}`);
}

/** The message of anything that was thrown, errors or not. */
export function messageOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return 'something that cannot be turned into text';
  }
}
