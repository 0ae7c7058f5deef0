import type { Failure } from './failure.ts';
import type { Instance } from './instance.ts';
import type { Pool } from './pool.ts';

/** What a failure means for others than its call: who rests, and who is not asked any more. */
export function bearConsequences(failure: Failure, instance: Instance, pool: Pool): void {
  const { clock, cooling, log } = pool;
  if (failure.class === 'throttled' || failure.retryAfter !== undefined) {
    cooling.cool(coolingName(failure, instance), clock.now(), failure.retryAfter);
  }
  if (failure.class !== 'config' || instance.state.disabled !== undefined) return;
  const { capability, tenant } = instance.definition;
  const reason = `its configuration or credentials were refused${failure.code === undefined ? '' : ` (${failure.code})`}`;
  instance.state.refused = reason;
  log?.error(
    { capability, tenant, instance: instance.name, driver: instance.driver.driver.name, code: failure.code },
    `The instance "${instance.name}" of "${capability}" is disabled: ${reason}. Mend its settings, or enable it again.`,
  );
}

function coolingName({ scope }: Failure, { identity, quotaGroup, provider }: Instance): string {
  if (scope === 'provider') return provider;
  return scope === 'quotaGroup' ? quotaGroup : identity;
}

/** Those who would fail alike: they count as tried. */
export function alike(
  { scope }: Failure,
  instance: Instance,
  candidates: readonly Instance[],
): readonly Instance[] {
  if (scope === 'instance') return [instance];
  return candidates.filter(
    (one) =>
      one === instance ||
      (scope === 'provider' ? one.provider === instance.provider : one.quotaGroup === instance.quotaGroup),
  );
}
