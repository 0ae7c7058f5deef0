import { createHash } from 'node:crypto';
import type { SchemaStep, SqlText, Step } from './step.ts';

/**
 * A step without its code: what a database keeps of the migrations that were applied to it. Their tables are known from
 * it without their files, which may be gone.
 */
export type StepData =
  | SchemaStep
  | { readonly kind: 'sql'; readonly text: SqlText; readonly changes?: readonly SchemaStep[] }
  | { readonly kind: 'run' };

export function dataOf(step: Step): StepData {
  if (step.kind === 'run') return { kind: 'run' };
  if (step.kind !== 'sql') return step;
  const { text, changes } = step;
  return { kind: 'sql', text, ...(changes ? { changes } : {}) };
}

/** Of what the step does: the same for the same step, so that a changed one is found. */
export function hashOf(step: Step): string {
  const text = step.kind === 'run' ? step.work.toString() : JSON.stringify(dataOf(step));
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

export function isStepData(value: unknown): value is StepData {
  return typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string';
}
