import { join } from 'node:path';
import { messageOf } from '../../errors.ts';
import type { Candidate } from '../../extension/discovery.ts';
import { resolveGraph } from '../../extension/index.ts';
import { createSatisfies, declaredNames, toGraphNode } from '../../extension/manifest.ts';
import { hashFolder, ModuleLoader } from '../../extension/modules/index.ts';
import { isSettingsSchema, resolveSettings, type Sources } from '../../settings/index.ts';
import { type Finding, failed, ok, warning } from './check.ts';

/**
 * Loads the modules of the extensions, without registering or booting them, and holds their settings against the sources.
 *
 * @param made variables that the kernel makes where they are unset, as it does in development
 * @param candidates what shall run
 * @param root folder of the application
 */
export async function checkSettings(
  candidates: readonly Candidate[],
  sources: Sources,
  root: string,
  made: readonly string[] = [],
): Promise<readonly Finding[]> {
  const loader = new ModuleLoader({
    cache: join(root, 'var', 'cache'),
    native: false,
    timeLimit: 10_000,
    onWarning: () => undefined,
  });
  const byName = new Map(candidates.map((one) => [one.name, one]));
  const manifests = candidates.flatMap(({ manifest }) => manifest ?? []);
  const { order } = resolveGraph(manifests.map(toGraphNode), createSatisfies());
  const entries = new Map<string, object | undefined>();
  const findings: Finding[] = [];
  for (const name of order) {
    const { folder, manifest } = byName.get(name) ?? {};
    if (folder === undefined || manifest === undefined) continue;
    try {
      const { hash } = await hashFolder(folder);
      const declared = declaredNames(manifest);
      const { index, config } = await loader.load(
        { name, folder },
        { hash, neighbour: (other) => (declared.includes(other) ? entries.get(other) : undefined) },
      );
      entries.set(name, index);
      findings.push(...settingsFindings(name, config, sources, made));
    } catch (error) {
      findings.push(failed(name, `cannot be loaded: ${messageOf(error)}`));
    }
  }
  return findings;
}

function settingsFindings(
  name: string,
  config: object | undefined,
  sources: Sources,
  made: readonly string[],
): readonly Finding[] {
  const schema = config && 'default' in config ? config.default : undefined;
  if (!isSettingsSchema(schema)) return [];
  const resolved = resolveSettings({ owner: name, schema, sources });
  if ('value' in resolved) return [ok(name, 'its settings are complete')];
  const { faults } = resolved;
  const missing = resolved.missing.filter((variable) => !made.includes(variable));
  if (missing.length === 0 && faults.length === 0) return [ok(name, 'its settings are complete')];
  return [
    ...faults.map((fault) => failed(name, fault)),
    ...(missing.length > 0
      ? [
          warning(
            name,
            `does not run before ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} set (environment, .env or config/${name}.ts)`,
          ),
        ]
      : []),
  ];
}
