import { join } from 'node:path';
import {
  developmentKey,
  developmentSecrets,
  type KernelSettings,
  loadKernelSettings,
  type Sources,
  type Variables,
} from './settings/index.ts';

/** The kernel's settings with the secrets that they leave to the kernel. */
export interface Configuration {
  readonly settings: KernelSettings;
  /** Without one there is no administration. */
  readonly rootApiKey: string | undefined;
  /** Secrets made for development that extensions share, by variable. */
  readonly madeSecrets: Variables;
  /** Those that encrypt credentials: none where nothing can be encrypted. In development one is made when it is first needed. */
  readonly secretsKeys: () => readonly string[];
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
  const { rootApiKey, jwtSecret, nodeEnv, secretsKey } = settings;
  const isMade = nodeEnv !== 'production' && secretsKey.length === 0;
  const secretsKeys = (): readonly string[] =>
    isMade ? [developmentKey(join(root, 'var', 'secrets-key'))] : secretsKey;
  if (nodeEnv === 'production' || (rootApiKey !== undefined && jwtSecret !== undefined)) {
    return {
      settings,
      rootApiKey,
      madeSecrets: {},
      secretsKeys,
      hasNewSecrets: false,
      warnings: sources.warnings,
    };
  }
  const { secrets, isNew, warning } = developmentSecrets(join(root, 'var', 'secrets.json'));
  return {
    settings,
    rootApiKey: rootApiKey ?? secrets.rootApiKey,
    madeSecrets: { JWT_SECRET: secrets.jwtSecret },
    secretsKeys,
    // Nobody has to be told of a key that they have set themselves.
    hasNewSecrets: isNew && rootApiKey === undefined,
    warnings: [...sources.warnings, ...(warning === undefined ? [] : [warning])],
  };
}
