/** The values that unique fields have been given, so that none is given twice. */
export class UniqueValues {
  readonly #given = new Map<string, Set<unknown>>();

  /**
   * @param field of which entity and by which name
   * @param make makes a value, another one each time if it can
   * @param maxLength characters that a text may have
   * @returns one that was not returned before; `undefined` when `make` makes none
   */
  take(field: string, make: () => unknown, maxLength = Number.POSITIVE_INFINITY): unknown {
    const given = this.#given.get(field) ?? new Set();
    this.#given.set(field, given);
    let value = make();
    for (let attempt = 0; attempt < 20 && given.has(value); attempt += 1) value = make();
    for (let number = 2; given.has(value); number += 1) {
      if (typeof value === 'number') value += 1;
      else if (typeof value === 'string') {
        const numbered = withNumber(value, number, maxLength);
        if (given.has(numbered)) continue;
        value = numbered;
      } else return undefined;
    }
    given.add(value);
    return value;
  }
}

/** `a@example.org` becomes `a-2@example.org`, any other text gets the number at its end. */
function withNumber(text: string, number: number, maxLength: number): string {
  const at = text.includes('@') ? text.indexOf('@') : text.length;
  const end = `-${number}${text.slice(at)}`;
  return text.slice(0, Math.min(at, Math.max(0, maxLength - end.length))) + end;
}
