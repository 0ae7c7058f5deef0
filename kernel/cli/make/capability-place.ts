import { BackplaneError, didYouMean } from '../../errors.ts';
import { Capability, capabilities } from '../../provider/index.ts';
import { openApplication } from '../application.ts';
import type { Surroundings } from '../surroundings.ts';
import type { ProviderPlan } from './provider-template.ts';

/**
 * Looks for a capability in the application.
 *
 * @throws CAPABILITY_UNKNOWN with the nearest name; whatever keeps the application from being opened
 */
export async function findCapability(
  name: string,
  surroundings: Surroundings,
): Promise<Pick<ProviderPlan, 'operations' | 'owner'>> {
  await using application = await openApplication(surroundings, { logLevel: 'silent', tolerant: true });
  const { snapshot, extensions } = application.kernel;
  const all = snapshot.active.contributions.get(capabilities.name) ?? [];
  for (const { value, owner } of all) {
    if (!(value instanceof Capability) || value.name !== name) continue;
    const { version = '0.0.0' } = extensions.status(owner.name);
    return {
      operations: [...value.operations.values()].map((one) => ({ name: one.name, safety: one.safety })),
      owner: { name: owner.name, version },
    };
  }
  throw new BackplaneError('CAPABILITY_UNKNOWN', {
    capability: name,
    suggestion: didYouMean(name, snapshot.get(capabilities).keys()),
  });
}
