import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../errors.ts';

/**
 * Which extensions somebody has switched off at run time, kept in a file so that a restart remembers. Where the file
 * cannot be written, the decision holds until the process ends, and that is said.
 */
export class DesiredState {
  readonly #file: string | undefined;
  readonly #onWarning: (message: string) => void;
  readonly #disabled: Set<string>;

  /**
   * @param file absolute path, `undefined` to keep nothing
   * @param onWarning told when the file can be neither read nor written
   */
  constructor(file: string | undefined, onWarning: (message: string) => void) {
    this.#file = file;
    this.#onWarning = onWarning;
    this.#disabled = new Set(file === undefined ? [] : readDisabled(file, onWarning));
  }

  isDisabled(name: string): boolean {
    return this.#disabled.has(name);
  }

  set(name: string, desired: 'enabled' | 'disabled'): void {
    if (desired === 'disabled') this.#disabled.add(name);
    else this.#disabled.delete(name);
  }

  /**
   * Writes the state of one extension, and leaves that of the others as another process may have written it meanwhile. A
   * reader never sees half of it.
   */
  save(name: string): void {
    if (this.#file === undefined) return;
    const disabled = new Set(readDisabled(this.#file, this.#onWarning) ?? this.#disabled);
    if (this.isDisabled(name)) disabled.add(name);
    else disabled.delete(name);
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      const draft = `${this.#file}.${process.pid}`;
      writeFileSync(draft, `${JSON.stringify({ disabled: [...disabled].sort() }, null, 2)}\n`);
      renameSync(draft, this.#file);
    } catch (error) {
      this.#onWarning(`The state of the extensions is not remembered after a restart: ${messageOf(error)}`);
    }
  }
}

/** @returns `undefined` when the file does not say it */
function readDisabled(file: string, onWarning: (message: string) => void): readonly string[] | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const isMissing =
      error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
    if (!isMissing) onWarning(`${file} cannot be read: ${messageOf(error)}`);
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'disabled' in value && Array.isArray(value.disabled)) {
      return value.disabled.filter((name) => typeof name === 'string');
    }
    onWarning(`${file} does not hold {"disabled": […]}; all extensions count as enabled. Mend or delete it.`);
  } catch (error) {
    onWarning(
      `${file} is not JSON (${messageOf(error)}); all extensions count as enabled. Mend or delete it.`,
    );
  }
  return undefined;
}
