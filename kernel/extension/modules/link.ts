import { closest } from 'fastest-levenshtein';
import { BackplaneError, messageOf, throwFaults } from '../../errors.ts';
import type { ExternalImport } from './artefact.ts';
import { isNotFound, packageOf } from './packages.ts';

/** Where a generation's external imports lead. */
export interface Linkage {
  /** The extension whose imports they are. */
  readonly owner: string;
  /** The public entry of another extension in this transaction, if it has one. */
  readonly neighbour: (name: string) => object | undefined;
  readonly importPackage: (specifier: string, options?: ImportCallOptions) => Promise<object>;
}

/**
 * The namespaces of the imports, in their order, each with every export that is taken from it.
 *
 * @throws BackplaneError, or a FaultList, naming each package, neighbour and export that is missing
 */
export async function linkImports(
  imports: readonly ExternalImport[],
  linkage: Linkage,
): Promise<readonly object[]> {
  const faults: Error[] = [];
  const namespaces = await Promise.all(
    imports.map(async (each) => {
      try {
        const namespace = await linkImport(each, linkage);
        faults.push(...missingExports(each, namespace, linkage.owner));
        return namespace;
      } catch (error) {
        faults.push(error instanceof Error ? error : new Error(messageOf(error)));
        return {};
      }
    }),
  );
  throwFaults(faults);
  return namespaces;
}

/** The namespace of one import of a package or a neighbour. */
export async function linkImport(
  { specifier, attributes, at }: Omit<ExternalImport, 'names'>,
  { owner, neighbour, importPackage }: Linkage,
): Promise<object> {
  if (specifier.startsWith('ext:')) {
    const name = specifier.slice('ext:'.length);
    const namespace = neighbour(name);
    if (namespace === undefined)
      throw new BackplaneError('MODULE_NEIGHBOUR_MISSING', { owner, at, neighbour: name });
    return namespace;
  }
  try {
    return await importPackage(specifier, attributes === undefined ? undefined : { with: { ...attributes } });
  } catch (error) {
    const name = packageOf(specifier);
    const details = { owner, at, package: name, specifier, reason: messageOf(error) };
    const code = isNotFound(error, name) ? 'MODULE_PACKAGE_MISSING' : 'MODULE_PACKAGE_FAILED';
    throw new BackplaneError(code, details, { cause: error });
  }
}

function missingExports({ specifier, names, at }: ExternalImport, namespace: object, owner: string): Error[] {
  const missing = names.filter((name) => !Object.hasOwn(namespace, name));
  return missing.map((name) => {
    const others = Object.keys(namespace);
    const suggestion = others.length === 0 ? '' : ` Did you mean "${closest(name, others)}"?`;
    const from = specifier.replace(/^ext:(.+)$/, 'extension "$1"');
    return new BackplaneError('MODULE_EXPORT_MISSING', { owner, at, from, name, suggestion });
  });
}
