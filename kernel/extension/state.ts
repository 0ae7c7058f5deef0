import { BackplaneError, messageOf } from '../errors.ts';
import type { BlockCause } from './graph.ts';

/** Where one generation of an extension stands. */
export type GenerationState =
  | 'loading'
  | 'staged'
  | 'active'
  | 'draining'
  | 'disposed'
  /** Disposed of, but its own stop or the release of an effect failed or took too long. */
  | 'unload-failed';

const following: Readonly<Record<GenerationState, readonly GenerationState[]>> = {
  loading: ['staged', 'disposed', 'unload-failed'],
  staged: ['active', 'disposed', 'unload-failed'],
  active: ['draining'],
  draining: ['disposed', 'unload-failed'],
  disposed: [],
  'unload-failed': [],
};

/**
 * The next state, if it may follow.
 * @throws ILLEGAL_STATE otherwise: a defect of the kernel, never of an extension
 */
export function advance(extension: string, from: GenerationState, to: GenerationState): GenerationState {
  if (!following[from].includes(to)) throw new BackplaneError('ILLEGAL_STATE', { extension, from, to });
  return to;
}

/** The step of a transaction that failed. */
export type Phase =
  | 'discover'
  | 'manifest'
  | 'graph'
  | 'settings'
  | 'load'
  | 'migrate'
  | 'register'
  | 'boot'
  | 'compile'
  | 'health'
  | 'start';

/** A failure with the step in which it came. */
export interface Failure {
  readonly phase: Phase;
  readonly error: Error;
  readonly at: Date;
}

/** Why a wanted extension waits: a fault of the graph, or settings that are missing. */
export type Cause =
  | BlockCause
  | { readonly kind: 'settings'; readonly variables: readonly string[] }
  | Unavailable;

/** A dependency that is known, but does not run. */
export interface Unavailable {
  readonly kind: 'unavailable';
  readonly dependency: string;
  readonly because: string;
}

/** Why an extension without an active generation is not running. */
export type Standstill =
  | { readonly status: 'discovered' | 'resolved'; readonly reason: string }
  | { readonly status: 'disabled'; readonly reason: string }
  | { readonly status: 'blocked'; readonly causes: readonly Cause[] }
  | { readonly status: 'failed'; readonly failure: Failure };

/** One sentence a cause, with how to mend it where that is not plain. */
export function describeCause(extension: string, cause: Cause): string {
  switch (cause.kind) {
    case 'missing':
      return `needs "${cause.dependency}" (${cause.range}), which was not found.${cause.suggestion ?? ''} Add its folder or correct the manifest`;
    case 'range':
      return `needs "${cause.dependency}" in ${cause.range}, but it is ${cause.version}`;
    case 'cycle':
      return `depends on itself: ${cause.path.join(' → ')}. Remove one of these dependencies`;
    case 'blocked':
      return `waits for "${cause.dependency}", which is blocked`;
    case 'unavailable':
      return `waits for "${cause.dependency}", which ${cause.because}`;
    case 'settings':
      return `needs settings: set ${cause.variables.join(', ')} (environment, .env or config/${extension}.ts)`;
  }
}

/** The reason of a standstill as text. */
export function describeStandstill(extension: string, standstill: Standstill): string {
  switch (standstill.status) {
    case 'blocked':
      return standstill.causes.map((cause) => describeCause(extension, cause)).join('; ');
    case 'failed':
      return `${standstill.failure.phase}: ${messageOf(standstill.failure.error)}`;
    default:
      return standstill.reason;
  }
}
