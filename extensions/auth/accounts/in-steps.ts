import { setTimeout } from 'node:timers/promises';

/**
 * Does work and ends with the next full step of time, so that what the work took can hardly be seen from outside.
 * @param step milliseconds
 */
export async function inSteps<Result>(step: number, work: () => Promise<Result>): Promise<Result> {
  const start = performance.now();
  try {
    return await work();
  } finally {
    await setTimeout(step - ((performance.now() - start) % step));
  }
}
