import { BackplaneError, didYouMean } from '../errors.ts';
import type { Clock } from './clock.ts';
import type { InstanceDefinition } from './instance-definition.ts';
import { type InstanceRef, placeOf } from './instance-ref.ts';
import type { InstanceSet } from './instance-set.ts';
import type { InstanceStore } from './instance-store.ts';
import type { Pool } from './pool.ts';
import { restOf } from './select.ts';

/** An instance as it is listed. */
export interface InstanceInfo {
  readonly capability: string;
  readonly instance: string;
  readonly driver: string;
  readonly tenant: string | undefined;
  /** Name of the store that it comes from: `settings`, `database`; `fallback` where its capability names it. */
  readonly source: string;
  /** Where it is written, for people: `config/providers.ts, payment[0]`. */
  readonly place: string | undefined;
  /** `ready`, or why it is not asked now. */
  readonly state: 'ready' | 'open' | 'resting' | 'disabled' | 'invalid';
  readonly reason: string | undefined;
  /** Until when it is left alone, where that is known. */
  readonly until: Date | undefined;
  /** Names of the credentials that are set. */
  readonly secrets: readonly string[];
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
  stores: readonly InstanceStore[],
  { cooling, quotas }: Pick<Pool, 'cooling' | 'quotas'>,
  clock: Clock,
): readonly InstanceInfo[] {
  const now = clock.now();
  const dateOf = (time: number): Date => new Date(clock.date() + time - now);
  const sources = new Map(stores.flatMap(({ name, all: own }) => own.map((one) => [one, name] as const)));
  const sourceOf = (definition: InstanceDefinition): string => sources.get(definition) ?? 'fallback';
  const unread = stores.flatMap(({ name, faulty: own = [] }) => own.map((one) => ({ ...one, source: name })));
  return [
    ...all.map((instance): InstanceInfo => {
      const { definition, name, driver, state, quotaGroup, deduplication } = instance;
      const restsUntil = restOf(instance, cooling);
      const fullUntil = quotas.until(quotaGroup, now);
      const { breaker } = state;
      const info = {
        capability: definition.capability,
        instance: name,
        driver: driver.driver.name,
        tenant: definition.tenant,
        source: sourceOf(definition),
        place: definition.place,
        secrets: Object.keys(definition.secrets ?? {}),
        deduplication,
        pending: state.pending,
        uses: state.uses,
        latency: state.latency.at(now),
      };
      if (state.disabled !== undefined) {
        return { ...info, state: 'disabled', reason: state.disabled, until: undefined };
      }
      if (restsUntil > now) {
        return { ...info, state: 'resting', reason: 'it was throttled', until: dateOf(restsUntil) };
      }
      if (fullUntil > now) {
        return { ...info, state: 'resting', reason: 'its quota is used up', until: dateOf(fullUntil) };
      }
      if (breaker.state === 'closed') return { ...info, state: 'ready', reason: undefined, until: undefined };
      const until = dateOf(Math.max(breaker.openUntil, now));
      return { ...info, state: 'open', reason: 'its breaker is open: too many calls failed', until };
    }),
    ...[...faulty.map((one) => ({ ...one, source: sourceOf(one.definition) })), ...unread].map(
      ({
        definition: { capability, name, driver, tenant, place, secrets = {} },
        faults,
        source,
      }): InstanceInfo => ({
        capability,
        instance: name,
        driver,
        tenant,
        source,
        place,
        state: 'invalid',
        reason: faults.join(' '),
        until: undefined,
        secrets: Object.keys(secrets),
        deduplication: undefined,
        pending: 0,
        uses: 0,
        latency: 0,
      }),
    ),
  ];
}

/** One of those listed. @throws PROVIDER_INSTANCE_UNKNOWN with the nearest name */
export function listedOf(ref: InstanceRef, listed: readonly InstanceInfo[]): InstanceInfo {
  const place = placeOf(ref);
  const found = listed.find((one) => placeOf(one) === place);
  if (found) return found;
  const { capability, instance } = ref;
  const own = listed.filter((one) => one.capability === capability).map((one) => one.instance);
  const anywhere = listed.map((one) => `${one.capability}/${one.instance}`);
  const suggestion = own.includes(instance)
    ? ' There is one of another tenant.'
    : own.length > 0
      ? didYouMean(instance, own)
      : didYouMean(`${capability}/${instance}`, anywhere);
  throw new BackplaneError('PROVIDER_INSTANCE_UNKNOWN', { capability, instance, suggestion });
}
