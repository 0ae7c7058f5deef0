import type { Surroundings } from '../surroundings.ts';
import { type CreatedExtension, checkName, writeExtension } from '../write-extension.ts';
import { findCapability } from './capability-place.ts';
import { providerTemplate } from './provider-template.ts';

export interface MakeProvider {
  readonly name: string;
  readonly capability: string;
  readonly driver?: string | undefined;
  readonly path?: string | undefined;
}

export interface MadeProvider extends CreatedExtension {
  readonly capability: string;
  readonly driver: string;
  /** Those that are still to be written. */
  readonly operations: readonly string[];
}

/**
 * Writes the folder of a provider for a capability that the application has.
 *
 * @throws CAPABILITY_UNKNOWN, EXTENSION_NAME_INVALID, EXTENSION_NAME_TAKEN, EXTENSION_EXISTS
 */
export async function makeProvider(
  { name, capability, driver = name, path }: MakeProvider,
  surroundings: Surroundings,
): Promise<MadeProvider> {
  checkName(name);
  checkName(driver);
  const found = await findCapability(capability, surroundings);
  const files = providerTemplate({ ...found, name, driver, capability });
  const created = writeExtension({ name, path, usual: 'providers', root: surroundings.cwd, files });
  return { ...created, capability, driver, operations: found.operations.map((one) => one.name) };
}
