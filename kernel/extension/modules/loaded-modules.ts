import { join } from 'node:path';
import { BackplaneError, didYouMean } from '../../errors.ts';
import type { Artefact } from './artefact.ts';
import type { BundleParts } from './generation-runtime.ts';
import type { HelperCache } from './helpers.ts';
import type { FindNeighbour } from './link.ts';
import type { ModuleSource } from './module-source.ts';
import type { PackageImporter } from './package-importer.ts';
import { evaluateWithin } from './time-limit.ts';

/** What a generation is loaded from. */
export interface LoadContext {
  readonly source: ModuleSource;
  readonly artefact: Artefact;
  readonly neighbour: FindNeighbour;
  readonly packages: PackageImporter;
  readonly helpers: HelperCache;
  /** Milliseconds. */
  readonly timeLimit: number;
}

/** The modules of one generation of an extension. */
export class LoadedModules {
  /** The namespace of `index.ts`. */
  readonly index: object | undefined;
  /** The namespace of `config.ts`. */
  readonly config: object | undefined;
  /** The files that registries may collect, such as `routes/posts.ts`. */
  readonly files: readonly string[];
  /** The names of the extensions whose public entries are imported. */
  readonly neighbours: readonly string[];
  readonly #source: ModuleSource;
  readonly #inputs: readonly string[];
  readonly #timeLimit: number;
  readonly #evaluate: BundleParts['files'];
  readonly #imported = new Map<string, Promise<object>>();

  constructor({ source, artefact, timeLimit }: LoadContext, { index, config, files }: BundleParts) {
    this.index = index;
    this.config = config;
    this.files = artefact.header.files;
    this.neighbours = artefact.header.neighbours;
    this.#source = source;
    this.#inputs = artefact.header.inputs;
    this.#timeLimit = timeLimit;
    this.#evaluate = files;
  }

  /** Absolute paths of the files that were read for this generation. */
  get inputs(): readonly string[] {
    return this.#inputs.map((file) => join(this.#source.folder, file));
  }

  /**
   * Evaluates a file of this generation, once.
   *
   * @param file one of {@link files}
   * @returns its namespace
   * @throws BackplaneError when there is no such file, when it throws, or when it does not end in time
   */
  import(file: string): Promise<object> {
    const known = this.#imported.get(file);
    if (known !== undefined) return known;
    const { name: owner, folder } = this.#source;
    const evaluate = this.#evaluate[file];
    if (evaluate === undefined || !this.files.includes(file)) {
      const suggestion = didYouMean(file, this.files);
      return Promise.reject(new BackplaneError('MODULE_FILE_UNKNOWN', { owner, file, suggestion }));
    }
    const place = { owner, file, folder, limit: this.#timeLimit };
    const imported = evaluateWithin(place, evaluate);
    this.#imported.set(file, imported);
    return imported;
  }
}
