import { type Clock, sleep } from './clock.ts';
import { unclassified } from './failure.ts';
import type { Instance } from './instance.ts';

/** Milliseconds that a health check may take. */
const patience = 5_000;

/**
 * Finds out by `health()` whether instances whose breaker is due are back: for operations that are not to be tried on what
 * has just failed. Returns at once; the breakers learn of it.
 */
export function probeHealth(candidates: readonly Instance[], clock: Clock): void {
  for (const instance of candidates) {
    const { state, driver } = instance;
    if (driver.driver.health !== undefined && state.breaker.admits(clock.now()) === 'probe') {
      void probe(instance, clock);
    }
  }
}

async function probe(instance: Instance, clock: Clock): Promise<void> {
  const begun = clock.now();
  const controller = new AbortController();
  instance.begin(begun, true);
  const isHealthy = Promise.try(async () => {
    await instance.driver.driver.health?.(instance.client, { signal: controller.signal });
    return true;
  }).catch(() => false);
  const isLate = sleep(clock, patience, controller.signal).then(() => false);
  const isBack = await Promise.race([isHealthy, isLate]);
  controller.abort();
  instance.end(clock.now(), begun, true, isBack ? undefined : unclassified);
}
