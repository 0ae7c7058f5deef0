/** What `EXTENSIONS` says, taken apart. */
export type Selection =
  | { readonly kind: 'all' }
  /** Only these, and what they depend on. */
  | { readonly kind: 'only'; readonly names: readonly string[] }
  /** All but these. */
  | { readonly kind: 'except'; readonly names: readonly string[] };

/**
 * Reads `EXTENSIONS`: unset or `*`: all; `blog,email`: those and what they depend on; `-payment,-sms`: all but those.
 *
 * @returns the selection, or every fault of the text
 */
export function parseSelection(text: string | undefined): Selection | { readonly faults: readonly string[] } {
  const names = (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (text === undefined || names.includes('*')) return { kind: 'all' };
  const without = names.filter((name) => name.startsWith('-'));
  if (without.length > 0 && without.length < names.length) {
    return { faults: ['mixes names with and without "-". Either name those to load or those to leave out'] };
  }
  return without.length > 0
    ? { kind: 'except', names: without.map((name) => name.slice(1)) }
    : { kind: 'only', names };
}

/** Something that can be selected. */
export interface Selectable {
  readonly name: string;
  /** Names that come with it. */
  readonly dependencies: readonly string[];
}

export interface SelectionResult {
  /** Names to run. */
  readonly wanted: ReadonlySet<string>;
  /** Names in `EXTENSIONS` that nobody has discovered. */
  readonly unknown: readonly string[];
}

/** Applies a selection to what was discovered. Pure. */
export function applySelection(selection: Selection, discovered: readonly Selectable[]): SelectionResult {
  const byName = new Map(discovered.map((one) => [one.name, one]));
  const unknown = selection.kind === 'all' ? [] : selection.names.filter((name) => !byName.has(name));
  if (selection.kind === 'only') {
    const wanted = new Set(selection.names.filter((name) => byName.has(name)));
    // A set visits what is added while it is read.
    for (const name of wanted) {
      for (const dependency of byName.get(name)?.dependencies ?? [])
        if (byName.has(dependency)) wanted.add(dependency);
    }
    return { wanted, unknown };
  }
  const wanted = new Set(byName.keys());
  if (selection.kind === 'except') for (const name of selection.names) wanted.delete(name);
  return { wanted, unknown };
}
