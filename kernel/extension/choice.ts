import type { Catalog } from './catalog.ts';
import type { DesiredState } from './desired.ts';
import { applySelection, type Selection, type SelectionResult } from './selection.ts';

/** Which of the discovered extensions shall run: what `EXTENSIONS` selects, less what was switched off at run time. */
export class Choice {
  readonly #selection: Selection;
  readonly #desired: DesiredState;
  readonly #catalog: Catalog;

  constructor(selection: Selection, desired: DesiredState, catalog: Catalog) {
    this.#selection = selection;
    this.#desired = desired;
    this.#catalog = catalog;
  }

  wanted(): ReadonlySet<string> {
    return new Set([...this.#select().wanted].filter((name) => !this.#desired.isDisabled(name)));
  }

  /** Names in `EXTENSIONS` that nobody has. */
  unknown(): SelectionResult['unknown'] {
    return this.#select().unknown;
  }

  /** Does `EXTENSIONS` let it run? */
  allows(name: string): boolean {
    return this.#select().wanted.has(name);
  }

  whyNot(name: string): string {
    return this.#desired.isDisabled(name) ? 'switched off at run time' : 'left out by EXTENSIONS';
  }

  #select(): SelectionResult {
    return applySelection(
      this.#selection,
      this.#catalog.all().map(({ name, candidate, active }) => ({
        name,
        dependencies: Object.keys((candidate.manifest ?? active?.manifest)?.dependencies ?? {}),
      })),
    );
  }
}
