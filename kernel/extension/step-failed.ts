import { messageOf } from '../errors.ts';
import type { Phase } from './state.ts';

/** A failed step, with its name. */
export class StepFailed extends Error {
  readonly phase: Phase;
  constructor(phase: Phase, cause: unknown) {
    super(messageOf(cause), { cause });
    this.phase = phase;
  }
}

/** Runs a step; what it throws is a {@link StepFailed} of this phase. */
export async function during<T>(phase: Phase, step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw error instanceof StepFailed ? error : new StepFailed(phase, error);
  }
}
