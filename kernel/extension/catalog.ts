import { BackplaneError, messageOf } from '../errors.ts';
import { type Candidate, discover, findCandidate, type Root } from './discovery.ts';
import { hashFolder } from './modules/index.ts';
import { createRecord, type ExtensionRecord } from './record.ts';

/** Every extension that was discovered, with the content hash of its folder. */
export class Catalog {
  readonly #roots: readonly Root[];
  readonly #kernelVersion: string;
  readonly #records = new Map<string, ExtensionRecord>();

  constructor(roots: readonly Root[], kernelVersion: string) {
    this.#roots = roots;
    this.#kernelVersion = kernelVersion;
  }

  get(name: string): ExtensionRecord | undefined {
    return this.#records.get(name);
  }

  /** @throws EXTENSION_NOT_FOUND with the nearest name */
  known(name: string): ExtensionRecord {
    const record = this.#records.get(name);
    if (record) return record;
    throw this.notFound(name);
  }

  /** The error for a name that nobody has. */
  notFound(name: string): BackplaneError<'EXTENSION_NOT_FOUND'> {
    return new BackplaneError('EXTENSION_NOT_FOUND', { name, known: [...this.#records.keys()] });
  }

  all(): readonly ExtensionRecord[] {
    return [...this.#records.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Forgets what is neither on disk nor in memory any more. */
  prune(): void {
    for (const [name, { gone, active, draining }] of this.#records) {
      if (gone && active === undefined && draining.size === 0) this.#records.delete(name);
    }
  }

  /**
   * Looks everything over.
   * @returns names found twice, as errors; the first folder found counts
   */
  async discoverAll(): Promise<readonly Error[]> {
    const { candidates, duplicates } = discover(this.#roots, this.#kernelVersion);
    const known = [...this.#records.keys()].filter((name) => !candidates.has(name));
    await Promise.all([...candidates.values()].map((candidate) => this.#take(candidate)));
    for (const name of known) await this.refresh([name]);
    return duplicates;
  }

  /**
   * Looks single names over again.
   * @returns those whose content changed, that are new, or that are gone
   */
  async refresh(names: Iterable<string>): Promise<ReadonlySet<string>> {
    const changed = new Set<string>();
    for (const name of names) {
      const record = this.#records.get(name);
      const candidate = findCandidate(name, this.#roots, this.#kernelVersion);
      if (candidate) {
        const before = record?.gone ? undefined : record?.hash;
        const { hash } = await this.#take(candidate);
        if (hash !== before) changed.add(name);
      } else if (record && !record.gone) {
        record.gone = true;
        changed.add(name);
      }
    }
    return changed;
  }

  async #take(candidate: Candidate): Promise<ExtensionRecord> {
    const { readable, hash } = await hashed(candidate);
    const record = this.#records.get(candidate.name) ?? createRecord(candidate);
    record.candidate = readable;
    record.hash = hash;
    record.gone = false;
    this.#records.set(candidate.name, record);
    return record;
  }
}

/** A folder with a file that cannot be read is a fault of that extension, and no other's concern. */
async function hashed(candidate: Candidate): Promise<{ readable: Candidate; hash: string }> {
  const { name, folder } = candidate;
  try {
    return { readable: candidate, hash: (await hashFolder(folder)).hash };
  } catch (error) {
    const reason = messageOf(error);
    const fault =
      error instanceof BackplaneError
        ? error
        : new BackplaneError('EXTENSION_UNREADABLE', { folder, reason }, { cause: error });
    return { readable: { name, folder, fault: candidate.fault ?? fault }, hash: `unreadable: ${reason}` };
  }
}
