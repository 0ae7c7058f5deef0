import { type Clock, sleep } from './clock.ts';
import { type Failure, timedOut } from './failure.ts';
import type { Instance } from './instance.ts';
import { scrubbedError } from './scrub.ts';

/** Milliseconds that a health check may take. */
const patience = 5_000;

/** What `health()` of a driver has said. */
export type HealthAnswer =
  | { readonly isWell: true; readonly ms: number }
  | { readonly isWell: false; readonly ms: number; readonly failure: Failure; readonly error: Error };

/** Asks an instance by the `health()` of its driver, which has no effect. Never throws. */
export async function askHealth(instance: Instance, clock: Clock): Promise<HealthAnswer> {
  const begun = clock.now();
  const controller = new AbortController();
  const asked = Promise.try(async (): Promise<HealthAnswer> => {
    await instance.driver.driver.health?.(instance.client, { signal: controller.signal });
    return { isWell: true, ms: clock.now() - begun };
  }).catch((thrown: unknown): HealthAnswer => {
    const error = scrubbedError(thrown, (text) => instance.scrub(text));
    return { isWell: false, ms: clock.now() - begun, failure: instance.classify(thrown), error };
  });
  const late = sleep(clock, patience, controller.signal).then((): HealthAnswer => {
    const error = new Error(`It did not answer within ${patience} ms.`);
    return { isWell: false, ms: clock.now() - begun, failure: timedOut, error };
  });
  const answer = await Promise.race([asked, late]);
  controller.abort();
  return answer;
}
