import type { Artefact } from './artefact.ts';
import { ArtefactCache } from './artefact-cache.ts';
import { loadBundle } from './bundle-modules.ts';
import { hashFolder } from './hash-folder.ts';
import { HelperCache } from './helpers.ts';
import type { FindNeighbour } from './link.ts';
import type { LoadedModules } from './loaded-modules.ts';
import type { ModuleSource } from './module-source.ts';
import { NativeModules } from './native-modules.ts';
import { PackageImporter } from './package-importer.ts';

export interface ModuleLoaderOptions {
  /** The folder for built artefacts; `undefined`: they are kept in memory. */
  readonly cache: string | undefined;
  /** Evaluate the files themselves, for coverage: generations are then never collected. */
  readonly native: boolean;
  /** Milliseconds that the evaluation of an extension's entry, or of one file, may take. */
  readonly timeLimit: number;
  readonly onWarning: (warning: Error) => void;
}

export interface LoadOptions {
  /** The hash of the folder's content. */
  readonly hash: string;
  /** The namespace of another extension's public entry in this transaction. */
  readonly neighbour: FindNeighbour;
}

/** Loads the modules of extensions, anew at each call, so that any number of generations can live side by side. */
export class ModuleLoader {
  readonly #artefacts: ArtefactCache;
  readonly #helpers = new HelperCache();
  readonly #packages = new PackageImporter();
  readonly #native: NativeModules | undefined;
  readonly #timeLimit: number;

  constructor({ cache, native, timeLimit, onWarning }: ModuleLoaderOptions) {
    // Stacks then show the lines of the `.ts` files. It is a switch of the process, and harmless to others in it.
    process.setSourceMapsEnabled(true);
    this.#artefacts = new ArtefactCache(cache, onWarning);
    this.#native = native ? new NativeModules() : undefined;
    this.#timeLimit = timeLimit;
  }

  /**
   * Loads one generation: `index.ts` and `config.ts` are evaluated, the other files when they are imported.
   *
   * @throws BackplaneError (or a FaultList of several) for whatever is wrong with the files, their imports or their
   *   evaluation, each naming the extension, the file and the line
   */
  async load(source: ModuleSource, { hash, neighbour }: LoadOptions): Promise<LoadedModules> {
    const artefact = this.#artefacts.read(source.name, hash) ?? (await this.#build(source, hash));
    const context = {
      source,
      artefact,
      neighbour,
      packages: this.#packages,
      helpers: this.#helpers,
      timeLimit: this.#timeLimit,
    };
    return this.#native === undefined ? loadBundle(context) : this.#native.load(context);
  }

  async #build(source: ModuleSource, hash: string): Promise<Artefact> {
    // Only a changed extension needs the compiler; a start from artefacts does without.
    const { buildArtefact } = await import('./build.ts');
    const artefact = await buildArtefact(source);
    // A file may have been saved since the folder was hashed: such an artefact must not be found by the earlier hash.
    const built = await hashFolder(source.folder);
    if (built.hash === hash) await this.#artefacts.write(source.name, hash, artefact);
    return artefact;
  }
}
