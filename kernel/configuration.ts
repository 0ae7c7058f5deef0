import { join } from 'node:path';
import {
  developmentSecrets,
  type KernelSettings,
  loadKernelSettings,
  type Sources,
} from './settings/index.ts';

/** The kernel's settings with the secrets that they leave to the kernel. */
export interface Configuration {
  readonly settings: KernelSettings;
  /** Without one there is no administration. */
  readonly rootApiKey: string | undefined;
  /** The secrets were made by this start: whoever started it has to be told how to use them. */
  readonly hasNewSecrets: boolean;
  readonly warnings: readonly string[];
}

/**
 * Resolves the kernel's settings; in development, secrets that are unset are made and kept.
 *
 * @param root folder of the application
 * @throws SETTINGS_INVALID with all faults
 */
export function configure(sources: Sources, root: string): Configuration {
  const settings = loadKernelSettings(sources, root);
  if (settings.nodeEnv === 'production' || settings.rootApiKey !== undefined) {
    return { settings, rootApiKey: settings.rootApiKey, hasNewSecrets: false, warnings: sources.warnings };
  }
  const { secrets, isNew, warning } = developmentSecrets(join(root, 'var', 'secrets.json'));
  return {
    settings,
    rootApiKey: secrets.rootApiKey,
    hasNewSecrets: isNew,
    warnings: [...sources.warnings, ...(warning === undefined ? [] : [warning])],
  };
}
