import type { Logger } from '../log/index.ts';
import type { Attempt } from './attempt.ts';

/** What is known of an attempt before it is made. */
export interface AttemptStart {
  readonly capability: string;
  readonly operation: string;
  readonly tenant: string | undefined;
  readonly instance: string;
  readonly driver: string;
  readonly number: number;
}

/**
 * Told of every attempt as it begins; what it returns is told of its end. A span, in other words: whoever traces opens one
 * in the first and ends it in the second. What it throws is nobody's affair.
 */
export type AttemptObserver = (start: AttemptStart) => ((attempt: Attempt) => void) | undefined;

/** A line for each attempt: failures of instances as warnings; successes, and what concerns the caller, at `debug`. */
export function logAttempts(log: Pick<Logger, 'debug' | 'warn' | 'isLevelEnabled'>): AttemptObserver {
  return ({ capability, operation, tenant }) =>
    (attempt) => {
      const { outcome, instance, error } = attempt;
      if (!isTrouble(outcome)) {
        if (log.isLevelEnabled('debug'))
          log.debug({ capability, operation, tenant, ...attempt }, 'provider attempt');
        return;
      }
      const what = `"${operation}" of "${capability}" by "${instance}" failed (${outcome})`;
      log.warn(
        { capability, operation, tenant, ...attempt },
        error === undefined ? what : `${what}: ${error}`,
      );
    };
}

function isTrouble(outcome: Attempt['outcome']): boolean {
  return outcome === 'transient' || outcome === 'throttled' || outcome === 'config';
}

/** How many attempts of one kind there have been. */
export interface AttemptCount {
  readonly capability: string;
  readonly operation: string;
  readonly instance: string;
  readonly outcome: Attempt['outcome'];
  readonly count: number;
}

/** Counts attempts by capability, operation, instance and outcome. */
export class AttemptCounter {
  readonly #counts = new Map<string, { -readonly [Key in keyof AttemptCount]: AttemptCount[Key] }>();

  readonly observe: AttemptObserver =
    ({ capability, operation, instance }) =>
    ({ outcome }) => {
      const key = `${capability}\0${operation}\0${instance}\0${outcome}`;
      const known = this.#counts.get(key);
      if (known) known.count += 1;
      else this.#counts.set(key, { capability, operation, instance, outcome, count: 1 });
    };

  get all(): readonly AttemptCount[] {
    return [...this.#counts.values()].map((count) => ({ ...count }));
  }
}

/** Those who are told, with what they throw kept from the call. */
export class Observers {
  #all: readonly AttemptObserver[] = [];

  add(observer: AttemptObserver): Disposable {
    this.#all = [...this.#all, observer];
    return {
      [Symbol.dispose]: () => {
        this.#all = this.#all.filter((one) => one !== observer);
      },
    };
  }

  begin(start: AttemptStart): (attempt: Attempt) => void {
    const [only] = this.#all;
    if (only === undefined) return nobody;
    const ends = this.#all.map((observer) => quietly(() => observer(start)));
    return (attempt) => {
      for (const end of ends) quietly(() => end?.(attempt));
    };
  }
}

const nobody = (): void => {};

/** Also of one that is `async`, whose rejection nobody else would take. */
function quietly<Value>(run: () => Value): Value | undefined {
  try {
    const value = run();
    if (value instanceof Promise) value.catch(() => {});
    return value;
  } catch {
    return undefined;
  }
}
