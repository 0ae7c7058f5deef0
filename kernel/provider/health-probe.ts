import type { Clock } from './clock.ts';
import { unclassified } from './failure.ts';
import { askHealth } from './health-check.ts';
import type { Instance } from './instance.ts';

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
  instance.begin(begun, true);
  const { isWell } = await askHealth(instance, clock);
  instance.end(clock.now(), begun, true, isWell ? undefined : unclassified);
}
