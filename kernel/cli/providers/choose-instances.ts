import type { InstanceView } from '../../administration/index.ts';
import { BackplaneError, didYouMean } from '../../errors.ts';
import type { ProvidersDesk } from './at-hand.ts';

/**
 * Instances of one capability, or of all.
 * @throws CAPABILITY_UNKNOWN with the nearest name
 */
export async function instancesOf(
  desk: ProvidersDesk,
  capability: string | undefined,
): Promise<readonly InstanceView[]> {
  const all = await desk.list();
  if (capability === undefined) return all;
  const own = all.filter((one) => one.capability === capability);
  if (own.length > 0) return own;
  const known = (await desk.drivers()).capabilities.map(({ name }) => name);
  if (known.includes(capability)) return [];
  const suggestion = didYouMean(capability, known);
  throw new BackplaneError('CAPABILITY_UNKNOWN', { capability, suggestion });
}

/** Names of the capabilities that nobody does, of which a list of instances says nothing. */
export async function withoutInstance(
  desk: ProvidersDesk,
  instances: readonly InstanceView[],
  capability: string | undefined,
): Promise<readonly string[]> {
  const served = new Set(instances.map((one) => one.capability));
  const { capabilities } = await desk.drivers();
  return capabilities
    .map(({ name }) => name)
    .filter((name) => !served.has(name) && (capability === undefined || name === capability));
}
