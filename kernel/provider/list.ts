import type { Cooling } from './cooling.ts';
import type { InstanceSet } from './instance-set.ts';

/** An instance as it is listed. */
export interface InstanceInfo {
  readonly capability: string;
  readonly instance: string;
  readonly driver: string;
  readonly tenant: string | undefined;
  /** `ready`, or why it is not asked now. */
  readonly state: 'ready' | 'open' | 'resting' | 'disabled' | 'invalid';
  readonly reason: string | undefined;
  /** Those with the same text share an account: what one has made, the others know. */
  readonly deduplication: string | undefined;
  readonly pending: number;
  readonly uses: number;
  /** Milliseconds, as the strategy `least-loaded` sees it. */
  readonly latency: number;
}

/** Every instance with its state. */
export function describeInstances(
  { all, faulty }: InstanceSet,
  cooling: Cooling,
  now: number,
): readonly InstanceInfo[] {
  return [
    ...all.map((one): InstanceInfo => {
      const { definition, name, driver, state, quotaGroup, identity, provider, deduplication } = one;
      const rests = Math.max(...[quotaGroup, identity, provider].map((one) => cooling.until(one))) > now;
      const isOpen = state.breaker.state !== 'closed';
      return {
        capability: definition.capability,
        instance: name,
        driver: driver.driver.name,
        tenant: definition.tenant,
        state: state.disabled !== undefined ? 'disabled' : rests ? 'resting' : isOpen ? 'open' : 'ready',
        reason: state.disabled,
        deduplication,
        pending: state.pending,
        uses: state.uses,
        latency: state.latency.at(now),
      };
    }),
    ...faulty.map(
      ({ definition: { capability, name, driver, tenant }, faults }): InstanceInfo => ({
        capability,
        instance: name,
        driver,
        tenant,
        state: 'invalid',
        reason: faults.join(' '),
        deduplication: undefined,
        pending: 0,
        uses: 0,
        latency: 0,
      }),
    ),
  ];
}
