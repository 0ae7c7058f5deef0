import type { Cooling } from './cooling.ts';
import type { InstanceDefinition } from './instance-definition.ts';
import type { InstanceSet } from './instance-set.ts';
import type { InstanceStore } from './instance-store.ts';

/** An instance as it is listed. */
export interface InstanceInfo {
  readonly capability: string;
  readonly instance: string;
  readonly driver: string;
  readonly tenant: string | undefined;
  /** Name of the store that it comes from: `settings`, `database`. */
  readonly source: string;
  /** `ready`, or why it is not asked now. */
  readonly state: 'ready' | 'open' | 'resting' | 'disabled' | 'invalid';
  readonly reason: string | undefined;
  readonly pending: number;
  readonly uses: number;
  /** Milliseconds, as the strategy `least-loaded` sees it. */
  readonly latency: number;
}

/** Every instance with its state. */
export function describeInstances(
  { all, faulty }: InstanceSet,
  stores: readonly InstanceStore[],
  cooling: Cooling,
  now: number,
): readonly InstanceInfo[] {
  const sources = new Map(stores.flatMap(({ name, all: own }) => own.map((one) => [one, name] as const)));
  const sourceOf = (definition: InstanceDefinition): string => sources.get(definition) ?? '';
  const unread = stores.flatMap(({ name, faulty: own = [] }) => own.map((one) => ({ ...one, source: name })));
  return [
    ...all.map(({ definition, name, driver, state, quotaGroup, identity, provider }): InstanceInfo => {
      const rests = Math.max(...[quotaGroup, identity, provider].map((one) => cooling.until(one))) > now;
      const isOpen = state.breaker.state !== 'closed';
      return {
        capability: definition.capability,
        instance: name,
        driver: driver.driver.name,
        tenant: definition.tenant,
        source: sourceOf(definition),
        state: state.disabled !== undefined ? 'disabled' : rests ? 'resting' : isOpen ? 'open' : 'ready',
        reason: state.disabled,
        pending: state.pending,
        uses: state.uses,
        latency: state.latency.at(now),
      };
    }),
    ...[...faulty.map((one) => ({ ...one, source: sourceOf(one.definition) })), ...unread].map(
      ({ definition: { capability, name, driver, tenant }, faults, source }): InstanceInfo => ({
        capability,
        instance: name,
        driver,
        tenant,
        source,
        state: 'invalid',
        reason: faults.join(' '),
        pending: 0,
        uses: 0,
        latency: 0,
      }),
    ),
  ];
}
