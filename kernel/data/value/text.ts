/**
 * Why a text can be in no row, if so: no database stores NUL, and half a character is none.
 * @returns as the end of a sentence
 */
export function textFault(text: string): string | undefined {
  if (text.includes('\0')) return 'holds the character NUL, which no text of a database can';
  return text.isWellFormed() ? undefined : 'holds half a character (a lone surrogate)';
}

/**
 * Why a text is too long, if so. Characters are counted as databases do: those outside the basic plane once, which
 * JavaScript counts twice.
 */
export function lengthFault(text: string, length: number): string | undefined {
  if (text.length <= length) return undefined;
  const characters = [...text].length;
  return characters <= length ? undefined : `has ${characters} characters, and at most ${length} are allowed`;
}
