import { BackplaneError, didYouMean, messageOf, throwFaults } from '../../errors.ts';
import type { ExternalImport } from './artefact.ts';
import { isNotFound, packageOf } from './packages.ts';

/** The public entry of another extension in this transaction: `undefined` when it has none or does not run. */
export type FindNeighbour = (name: string) => object | 'undeclared' | undefined;

/** Where a generation's external imports lead. */
export interface Linkage {
  /** The extension whose imports they are. */
  readonly owner: string;
  readonly neighbour: FindNeighbour;
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
    if (namespace === undefined || namespace === 'undeclared') {
      const code = namespace === undefined ? 'MODULE_NEIGHBOUR_MISSING' : 'MODULE_NEIGHBOUR_UNDECLARED';
      throw new BackplaneError(code, { owner, at, neighbour: name });
    }
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
    const suggestion = didYouMean(name, Object.keys(namespace));
    const from = specifier.replace(/^ext:(.+)$/, 'extension "$1"');
    return new BackplaneError('MODULE_EXPORT_MISSING', { owner, at, from, name, suggestion });
  });
}
