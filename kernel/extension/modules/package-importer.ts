import { type ImportFrom, isNotFound, isShared, packageOf } from './packages.ts';

const importFromKernel: ImportFrom = (specifier, options) => import(specifier, options);

/**
 * Imports packages through Node itself, so that each is one and the same for all generations and its default export is
 * what Node says it is.
 */
export class PackageImporter {
  /** Every extension imports the same few, and asking Node again costs more than all else that linking does. */
  readonly #shared = new Map<string, Promise<object>>();

  /**
   * Imports a shared package as the kernel sees it, any other as the extension's folder sees it, else the kernel's.
   *
   * @param importFromFolder `import()` as code in the extension's folder has it
   * @throws whatever Node's `import()` throws
   */
  async import(
    importFromFolder: ImportFrom,
    specifier: string,
    options?: ImportCallOptions,
  ): Promise<object> {
    if (isShared(specifier)) return this.#importShared(specifier, options);
    try {
      return await importFromFolder(specifier, options);
    } catch (error) {
      if (!isNotFound(error, packageOf(specifier))) throw error;
      return importFromKernel(specifier, options);
    }
  }

  #importShared(specifier: string, options: ImportCallOptions | undefined): Promise<object> {
    const known = this.#shared.get(specifier);
    if (known !== undefined) return known;
    const imported = importFromKernel(specifier, options);
    this.#shared.set(specifier, imported);
    // A package may be mended while the process runs.
    imported.catch(() => this.#shared.delete(specifier));
    return imported;
  }
}
