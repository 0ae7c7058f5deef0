import { closest } from 'fastest-levenshtein';
import { BackplaneError, messageOf, throwFaults } from '../errors.ts';
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
    const found: { source: string; value: unknown }[] = [];
    for (const source of generation.modules.files) {
      if (!source.startsWith(`${folder}/`)) continue;
      for (const value of exportedBy(await generation.modules.import(source))) found.push({ source, value });
    }
    const accepted = found.map(({ source, value }) => accepts(declared, generation, source, value));
    const failure = accepted.find((one) => one instanceof Error);
    if (failure) {
      failed.push(failure);
      continue;
    }
    generation.collected.add(name);
    found.forEach(({ source, value }, index) => {
      if (accepted[index]) generation.contribute(name, source, value);
      else faults.push(notAContribution(generation, source, declared.registry));
    });
  }
  throwFaults(faults);
  return failed;
}

/** Does the registry take this value? An error when it throws instead: that is its own fault, not the contributor's. */
function accepts(
  { registry, owner }: DeclaredRegistry,
  { name: by }: Generation,
  source: string,
  value: unknown,
): boolean | BackplaneError {
  try {
    return registry.accepts(value);
  } catch (error) {
    const details = { registry: registry.name, owner, by, source, reason: messageOf(error) };
    return new BackplaneError('REGISTRY_FAILED', details, { cause: error });
  }
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
        suggestion: known.length > 0 ? ` Did you mean "${closest(registry.name, [...known])}"?` : '',
      });
    }
    if (!registry.accepts(value)) throw notAContribution(generation, 'register', registry);
    generation.contribute(registry.name, 'register', value);
  };
}

function exportedBy(namespace: object): readonly unknown[] {
  if (!('default' in namespace)) return [undefined];
  return Array.isArray(namespace.default) ? namespace.default : [namespace.default];
}

function notAContribution(generation: Generation, source: string, registry: AnyRegistry): Error {
  const where = source === 'register' ? 'contributes' : 'must export as default';
  return new BackplaneError('CONTRIBUTION_INVALID', {
    owner: generation.name,
    source,
    reason: `${where} ${registry.expected}, or an array of them. A helper belongs outside of the folder "${registry.folder ?? ''}".`,
  });
}
