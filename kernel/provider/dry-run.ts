import { failed } from './call-errors.ts';
import type { CallRequest } from './call-request.ts';
import type { CallResult } from './capability-types.ts';
import { Chooser } from './choose.ts';

/**
 * Who would be asked now, without asking.
 * @throws PROVIDER_UNAVAILABLE
 */
export function dryRun({
  pool,
  set,
  capability,
  operation,
  tenant,
  options,
}: CallRequest): CallResult<undefined> {
  const now = pool.clock.now();
  const chosen = new Chooser({
    pool,
    capability,
    operation,
    candidates: set.candidates(capability, tenant, options.instance),
    affinity: options.affinity,
    signal: options.signal,
    until: now,
  }).now(undefined);
  if (chosen.instance === undefined) {
    const facts = { capability: capability.name, operation: operation.name, attempts: [] };
    throw failed(facts, { why: '', isLate: false, deadline: 0, now, refused: chosen, trouble: undefined });
  }
  const { instance, why } = chosen;
  const driver = instance.driver.driver.name;
  return {
    value: undefined,
    instance: instance.name,
    attempts: [{ number: 1, instance: instance.name, driver, why, duration: 0, outcome: 'dry run' }],
  };
}
