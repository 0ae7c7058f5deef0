import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { DesiredState } from '../extension/desired.ts';
import { type Candidate, discover } from '../extension/discovery.ts';
import { applySelection } from '../extension/selection.ts';
import { usualRoots } from '../roots.ts';
import { type KernelSettings, loadKernelSettings, loadSources, type Sources } from '../settings/index.ts';
import type { Surroundings } from './surroundings.ts';

/** The extensions of an application as their manifests tell them; none of their code is run. */
export interface Survey {
  readonly settings: KernelSettings;
  readonly sources: Sources;
  readonly candidates: ReadonlyMap<string, Candidate>;
  readonly duplicates: readonly Error[];
  /** What EXTENSIONS asks for. */
  readonly selected: ReadonlySet<string>;
  readonly desired: DesiredState;
  /** What the file of the desired state made trouble with, so far. */
  readonly warnings: readonly string[];
}

/** @throws SETTINGS_INVALID, CONFIG_FILE_INVALID */
export async function surveyApplication({ cwd: root, env }: Surroundings): Promise<Survey> {
  const sources = await loadSources({ root, env });
  const settings = loadKernelSettings(sources, root);
  const { candidates, duplicates } = discover(usualRoots(root, settings), packageJson.version);
  const selectables = [...candidates.values()].map(({ name, manifest }) => ({
    name,
    dependencies: Object.keys(manifest?.dependencies ?? {}),
  }));
  const warnings: string[] = [];
  return {
    settings,
    sources,
    candidates,
    duplicates,
    selected: applySelection(settings.selection, selectables).wanted,
    desired: new DesiredState(join(root, 'var', 'extensions.json'), (warning) => warnings.push(warning)),
    warnings,
  };
}
