import { BackplaneError } from '../../errors.ts';
import { loadKernelSettings, loadSources } from '../../settings/index.ts';
import type { Surroundings } from '../surroundings.ts';

/** @throws FORCE_NEEDED when NODE_ENV says production */
export async function refuseInProduction({ cwd: root, env }: Surroundings, command: string): Promise<void> {
  const { nodeEnv } = loadKernelSettings(await loadSources({ root, env }), root);
  if (nodeEnv === 'production') throw new BackplaneError('FORCE_NEEDED', { command });
}
