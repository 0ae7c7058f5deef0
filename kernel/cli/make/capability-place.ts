import { join } from 'node:path';
import { BackplaneError, didYouMean } from '../../errors.ts';
import type { Generation } from '../../extension/index.ts';
import { Capability, capabilities } from '../../provider/index.ts';
import { openApplication } from '../application.ts';
import type { Surroundings } from '../surroundings.ts';

/** Where a capability is declared. */
export interface CapabilityPlace {
  readonly capability: Capability;
  readonly owner: { readonly name: string; readonly version: string };
  /** What tests import it from; `undefined` where no file exports it. */
  readonly exported: { readonly file: string; readonly name: string } | undefined;
}

/**
 * Looks for a capability in the application.
 *
 * @throws CAPABILITY_UNKNOWN with the nearest name; whatever keeps the application from being opened
 */
export async function findCapability(name: string, surroundings: Surroundings): Promise<CapabilityPlace> {
  await using application = await openApplication(surroundings, { logLevel: 'silent', tolerant: true });
  const { snapshot, extensions } = application.kernel;
  for (const { value, owner, source } of snapshot.active.contributions.get(capabilities.name) ?? []) {
    const generation = extensions.active.get(owner.name);
    if (!(value instanceof Capability) || value.name !== name || generation === undefined) continue;
    const { version } = generation.manifest;
    const exported = await exportOf(value, generation, source);
    return { capability: value, owner: { name: owner.name, version }, exported };
  }
  throw new BackplaneError('CAPABILITY_UNKNOWN', {
    capability: name,
    suggestion: didYouMean(name, snapshot.get(capabilities).keys()),
  });
}

/** The public entry of an extension is what others import from it; else the file itself. */
async function exportOf(
  capability: Capability,
  { folder, modules }: Generation,
  source: string,
): Promise<CapabilityPlace['exported']> {
  for (const file of ['index.ts', source].filter((one) => modules.files.includes(one))) {
    const found = Object.entries(await modules.import(file)).find(([, value]) => value === capability);
    if (found) return { file: join(folder, file), name: found[0] };
  }
  return undefined;
}
