import { realpathSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { Surroundings } from '../surroundings.ts';
import { type CreatedExtension, checkName, writeExtension } from '../write-extension.ts';
import { type CapabilityPlace, findCapability } from './capability-place.ts';
import { type ImportedCapability, providerTemplate } from './provider-template.ts';

export interface MakeProvider {
  readonly name: string;
  readonly capability: string;
  /** {@link name} if left out. */
  readonly driver?: string | undefined;
  /** Folder to put its folder into, relative to the application's; `providers` if left out. */
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
  const { cwd: root } = surroundings;
  const usual = 'providers';
  const found = await findCapability(capability, surroundings);
  const operations = [...found.capability.operations.values()];
  const imported = importedFrom(join(resolve(realpathSync(root), path ?? usual), name, 'test'), found);
  const files = providerTemplate({ name, driver, capability, operations, owner: found.owner, imported });
  const created = writeExtension({ name, path, usual, root, files });
  return { ...created, capability, driver, operations: operations.map((one) => one.name) };
}

/** @param folder of the file that imports it */
function importedFrom(folder: string, { exported }: CapabilityPlace): ImportedCapability | undefined {
  if (exported === undefined) return undefined;
  const from = relative(folder, exported.file).replaceAll(sep, '/');
  return { name: exported.name, from: from.startsWith('.') ? from : `./${from}` };
}
