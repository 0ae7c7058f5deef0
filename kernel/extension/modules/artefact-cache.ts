import { readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import esbuild from 'esbuild/package.json' with { type: 'json' };
import { BackplaneError, messageOf } from '../../errors.ts';
import { ARTEFACT_FORMAT, type Artefact, parseArtefact } from './artefact.ts';

/**
 * Built extensions, by the hash of their folder: on disk, one file each, and in memory when the disk cannot be
 * written. Several processes may share the folder: a file appears complete or not at all.
 */
export class ArtefactCache {
  readonly #folder: string | undefined;
  readonly #warn: (warning: Error) => void;
  /** The last artefact of each extension that could not be written. */
  readonly #unwritten = new Map<string, { hash: string; artefact: Artefact }>();
  /** The last artefact of each extension that this process wrote: the next one takes its place. */
  readonly #written = new Map<string, string>();
  #warned = false;

  /**
   * @param folder where artefacts are kept; `undefined`: in memory only
   * @param warn is told, once, that the folder cannot be written
   */
  constructor(folder: string | undefined, warn: (warning: Error) => void) {
    this.#folder = folder === undefined ? undefined : join(folder, versionedName());
    this.#warn = warn;
  }

  /** The artefact for this hash, if there is one. */
  read(extension: string, hash: string): Artefact | undefined {
    const kept = this.#unwritten.get(extension);
    if (kept?.hash === hash) return kept.artefact;
    if (this.#folder === undefined) return undefined;
    try {
      return parseArtefact(readFileSync(join(this.#folder, fileName(hash)), 'utf8'));
    } catch {
      return undefined; // Absent or unreadable: it is built again.
    }
  }

  /** Keeps the artefact; never fails, for a cache is no reason not to serve. */
  async write(extension: string, hash: string, artefact: Artefact): Promise<void> {
    if (this.#folder === undefined || this.#warned) return this.#keep(extension, hash, artefact);
    try {
      await this.#writeFile(this.#folder, hash, artefact.text);
      const previous = this.#written.get(extension);
      this.#written.set(extension, hash);
      if (previous !== undefined && previous !== hash)
        await rm(join(this.#folder, fileName(previous)), { force: true });
    } catch (error) {
      this.#keep(extension, hash, artefact);
      if (this.#warned) return;
      this.#warned = true;
      const details = { folder: this.#folder, reason: messageOf(error) };
      this.#warn(new BackplaneError('MODULE_CACHE_UNWRITABLE', details, { cause: error }));
    }
  }

  #keep(extension: string, hash: string, artefact: Artefact): void {
    this.#unwritten.set(extension, { hash, artefact });
  }

  async #writeFile(folder: string, hash: string, text: string): Promise<void> {
    const file = join(folder, fileName(hash));
    const temporary = `${file}.${process.pid}.${crypto.randomUUID()}`;
    try {
      await writeFile(temporary, text).catch(async (error: unknown) => {
        // The folder is seldom absent, hence made only when it turns out to be.
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
        await mkdir(folder, { recursive: true });
        await writeFile(temporary, text);
      });
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw error;
    }
  }
}

const fileName = (hash: string): string => `${hash}.js`;

/** Whatever changes how sources are built changes this name, so a stale artefact is never found. */
const versionedName = (): string =>
  `modules-${ARTEFACT_FORMAT}-node-${process.versions.node}-esbuild-${esbuild.version}`;
