import type { ExtensionStatus } from '../extension/index.ts';
import { type Cause, describeCause } from '../extension/state.ts';

/** One link in the chain of causes why an extension does not run. */
export interface Explanation {
  readonly name: string;
  /** What is the matter, with how to mend it where nothing lies below. */
  readonly because: string;
  readonly causes: readonly Explanation[];
}

/**
 * Why an extension does not run, down to the root causes. Pure.
 *
 * @param statuses of all extensions
 * @returns `undefined` for one that runs and whose last load succeeded
 */
export function explain(
  name: string,
  statuses: ReadonlyMap<string, ExtensionStatus>,
): Explanation | undefined {
  const status = statuses.get(name);
  return status && explainStatus(status, statuses, [name]);
}

function explainStatus(
  status: ExtensionStatus,
  statuses: ReadonlyMap<string, ExtensionStatus>,
  path: readonly string[],
): Explanation | undefined {
  const { name, state, reason, lastFailure, generation, causes } = status;
  switch (state) {
    case 'active':
      return (
        lastFailure && {
          name,
          because: `runs (generation ${generation}), but its last reload failed (${lastFailure.phase}): ${lastFailure.message}`,
          causes: [],
        }
      );
    case 'blocked':
      return {
        name,
        because: 'is blocked',
        causes: causes.map((cause) => explainCause(name, cause, statuses, path)),
      };
    case 'failed':
      return {
        name,
        because: `failed (${lastFailure?.phase}): ${lastFailure?.message ?? reason}`,
        causes: [],
      };
    case 'disabled':
      return { name, because: `is disabled: ${reason}. ${remedyOfDisabled(name, reason)}`, causes: [] };
    default:
      return { name, because: `is ${state}${reason === '' ? '' : `: ${reason}`}`, causes: [] };
  }
}

function explainCause(
  name: string,
  cause: Cause,
  statuses: ReadonlyMap<string, ExtensionStatus>,
  path: readonly string[],
): Explanation {
  if (cause.kind === 'blocked' || cause.kind === 'unavailable') {
    const below = statuses.get(cause.dependency);
    const deeper =
      below && !path.includes(cause.dependency)
        ? explainStatus(below, statuses, [...path, cause.dependency])
        : undefined;
    if (deeper) return { name, because: `needs "${cause.dependency}"`, causes: [deeper] };
  }
  return { name, because: describeCause(name, cause), causes: [] };
}

function remedyOfDisabled(name: string, reason: string): string {
  return reason.includes('EXTENSIONS')
    ? `Name it in EXTENSIONS and start again`
    : `"backplane extension enable ${name}" brings it back`;
}

/** The chain as lines, each deeper than what it explains. */
export function drawExplanation({ name, because, causes }: Explanation, depth = 0): readonly string[] {
  const lead = depth === 0 ? '' : `${'   '.repeat(depth - 1)}└─ `;
  return [
    `${lead}${name} ${because}`.replaceAll('\n', `\n${'   '.repeat(depth + 1)}`),
    ...causes.flatMap((cause) => drawExplanation(cause, depth + 1)),
  ];
}
