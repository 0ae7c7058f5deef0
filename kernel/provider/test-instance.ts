import type { Clock } from './clock.ts';
import type { FailureClass } from './failure.ts';
import { askHealth } from './health-check.ts';
import type { InstanceRef } from './instance-ref.ts';
import type { InstanceSet } from './instance-set.ts';
import { type InstanceInfo, listedOf } from './list.ts';
import { reasonOf } from './reason.ts';

/** What a test of an instance has found out, without any effect. */
export interface InstanceTest {
  readonly capability: string;
  readonly instance: string;
  readonly tenant: string | undefined;
  readonly driver: string;
  /** `unchecked`: its driver has no health check. `invalid`: it cannot be asked at all. */
  readonly outcome: 'ok' | 'failed' | 'unchecked' | 'invalid';
  /** Milliseconds that the answer took. */
  readonly ms: number | undefined;
  /** What its failure means. */
  readonly class: FailureClass | undefined;
  /** The API's own code. */
  readonly code: string | undefined;
  /** Why it is not `ok`, without credentials. */
  readonly message: string | undefined;
}

/**
 * Asks an instance whether it is well, by the health check of its driver: nothing is done for anybody, and nothing is
 * learned from it for calls.
 *
 * @throws PROVIDER_INSTANCE_UNKNOWN
 */
export async function testInstance(
  set: InstanceSet,
  ref: InstanceRef,
  listed: () => readonly InstanceInfo[],
  clock: Clock,
): Promise<InstanceTest> {
  const { capability, instance: name, tenant } = ref;
  const nothing = { ms: undefined, class: undefined, code: undefined, message: undefined };
  const instance = set.find(capability, name, tenant);
  if (instance === undefined) {
    const { driver, reason } = listedOf(ref, listed());
    return { ...nothing, capability, instance: name, tenant, driver, outcome: 'invalid', message: reason };
  }
  const driver = instance.driver.driver.name;
  const told = { ...nothing, capability, instance: name, tenant, driver };
  if (instance.driver.driver.health === undefined) {
    return { ...told, outcome: 'unchecked', message: `The driver "${driver}" has no health check.` };
  }
  using _held = instance.hold();
  const answer = await askHealth(instance, clock);
  const ms = Math.round(answer.ms * 10) / 10;
  if (answer.isWell) return { ...told, outcome: 'ok', ms };
  const { failure, error } = answer;
  return {
    ...told,
    outcome: 'failed',
    ms,
    class: failure.class,
    code: failure.code,
    message: reasonOf(error),
  };
}
