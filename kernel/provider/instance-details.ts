import type { InstanceDefinition } from './instance-definition.ts';
import { type InstanceRef, placeOf } from './instance-ref.ts';
import type { InstanceSet } from './instance-set.ts';
import type { InstanceStore } from './instance-store.ts';
import { type Scrub, scrubberOf, withoutPassword } from './scrub.ts';

/** An instance as it is written, without its credentials. */
export type InstanceSettings = Omit<InstanceDefinition, 'secrets' | 'place'>;

/**
 * How an instance is written.
 * @returns `undefined`: there is none of that name
 */
export function settingsOf(
  ref: InstanceRef,
  { all, faulty }: InstanceSet,
  stores: readonly InstanceStore[],
): InstanceSettings | undefined {
  const place = placeOf(ref);
  const unread = stores.flatMap((store) => store.faulty ?? []);
  const definition = [...all, ...faulty, ...unread]
    .map((one) => one.definition)
    .find(({ capability, name, tenant }) => placeOf({ capability, instance: name, tenant }) === place);
  if (definition === undefined) return undefined;
  const { secrets = {}, config = {}, place: _, ...rest } = definition;
  const scrub = scrubberOf(Object.values(secrets));
  return { ...rest, config: shown(config, scrub) };
}

/** Somebody may have written a credential there as well, or an address with one in it. */
function shown(config: object, scrub: Scrub): NonNullable<InstanceSettings['config']> {
  try {
    const json = JSON.stringify(config, (_, value: unknown) =>
      typeof value === 'string' ? withoutPassword(scrub(value)) : value,
    );
    return Object(JSON.parse(json));
  } catch {
    // It holds what is no data, which is its fault in the listing.
    return {};
  }
}
