import { BackplaneError, didYouMean, messageOf, throwFaults } from '../errors.ts';
import type { AnyRegistry, DeclaredRegistry, Registry } from '../snapshot/index.ts';
import type { Generation } from './generation.ts';

/**
 * Imports the files of every folder that a registry collects, and takes their default exports (one contribution or
 * an array of them) into the generation. A registry that was collected before is skipped, so that this can be
 * called again when another extension has declared a registry meanwhile.
 *
 * @returns a REGISTRY_FAILED for each registry that threw instead of judging: it counts as not collected
 * @throws CONTRIBUTION_INVALID for each file that exports something else; whatever a file throws at its top level
 */
export async function collectFolders(
  generation: Generation,
  registries: readonly DeclaredRegistry[],
): Promise<readonly Error[]> {
  const faults: Error[] = [];
  const failed: Error[] = [];
  for (const declared of registries) {
    const { name, folder } = declared.registry;
    if (folder === undefined || generation.collected.has(name)) continue;
    const namespaces: { source: string; namespace: object }[] = [];
    for (const source of generation.modules.files) {
      if (!source.startsWith(`${folder}/`)) continue;
      namespaces.push({ source, namespace: await generation.modules.import(source) });
    }
    const judged = judge(declared, namespaces, generation);
    if (judged instanceof Error) {
      failed.push(judged);
      continue;
    }
    generation.collected.add(name);
    for (const { source, value, isAccepted } of judged) {
      if (isAccepted) generation.contribute(name, source, value);
      else faults.push(notAContribution(generation, source, declared.registry));
    }
  }
  throwFaults(faults);
  return failed;
}

/** What the registry says to each value; an error when it throws, which is its own fault and not the contributor's. */
function judge(
  { registry, owner }: DeclaredRegistry,
  namespaces: readonly { readonly source: string; readonly namespace: object }[],
  { name: by }: Generation,
): BackplaneError | readonly { source: string; value: unknown; isAccepted: boolean }[] {
  let judging = '';
  try {
    return namespaces.flatMap(({ source, namespace }) => {
      judging = source;
      return exportedBy(namespace, registry).map((value) => ({
        source,
        value,
        isAccepted: registry.accepts(value),
      }));
    });
  } catch (error) {
    const details = { registry: registry.name, owner, by, source: judging, reason: messageOf(error) };
    return new BackplaneError('REGISTRY_FAILED', details, { cause: error });
  }
}

/**
 * Folders that no registry collects although their names are nearly those of folders that are: `listners/`. Others are
 * an extension's own affair.
 *
 * @returns a sentence each
 */
export function strayFolders({ modules }: Generation, registries: readonly AnyRegistry[]): readonly string[] {
  const known = registries.flatMap(({ folder }) => folder ?? []);
  const folders = new Set(modules.files.flatMap((file) => file.split('/', 1)));
  return [...folders].flatMap((folder) => {
    // Short names are soon alike: "roles" is no slip for "routes".
    const suggestion = known.includes(folder) ? '' : didYouMean(folder, known, folder.length < 8 ? 1 : 2);
    return suggestion === '' ? [] : [`No registry collects the folder "${folder}/".${suggestion}`];
  });
}

/**
 * The `contribute` that an extension's `register` receives: checks the value, and that somebody declares the registry.
 *
 * @param known names of the registries of the kernel, of the extension itself and of what it depends on
 */
export function contributor(
  generation: Generation,
  known: readonly string[],
): <Value, View>(registry: Registry<Value, View>, value: Value) => void {
  return (registry, value) => {
    if (!known.includes(registry.name)) {
      throw new BackplaneError('REGISTRY_UNKNOWN', {
        owner: generation.name,
        registry: registry.name,
        suggestion: didYouMean(registry.name, known),
      });
    }
    if (!registry.accepts(value)) throw notAContribution(generation, 'register', registry);
    generation.contribute(registry.name, 'register', value);
  };
}

function exportedBy(namespace: object, registry: AnyRegistry): readonly unknown[] {
  if (registry.exports === 'all') {
    const accepted = new Set(
      Object.values(namespace)
        .flat()
        .filter((value) => registry.accepts(value)),
    );
    return accepted.size > 0 ? [...accepted] : [undefined];
  }
  if (!('default' in namespace)) return [undefined];
  return Array.isArray(namespace.default) ? namespace.default : [namespace.default];
}

function notAContribution(generation: Generation, source: string, registry: AnyRegistry): Error {
  const exported = registry.exports === 'all' ? 'must export' : 'must export as default';
  const where = source === 'register' ? 'contributes' : exported;
  return new BackplaneError('CONTRIBUTION_INVALID', {
    owner: generation.name,
    source,
    reason: `${where} ${registry.expected}, or an array of them. A helper belongs outside of the folder "${registry.folder ?? ''}".`,
  });
}
