/**
 * Where to look for something in a language, best first: `de-AT`, `de`, the usual language, and what names none.
 *
 * @param wanted the language that is asked for
 * @param usual the one of everything that names none
 * @returns in lower case; the empty text is what names none
 */
export function localeCandidates(wanted: string, usual: string): readonly string[] {
  return [...new Set([...withParents(wanted), ...withParents(usual), ''])];
}

function withParents(locale: string): readonly string[] {
  const parts = locale.toLowerCase().split('-');
  // What is in the usual language may name it or not; both come before any other.
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'));
}

/** RFC 5646, 4.4.1: no tag that is in use is longer. */
const longest = 35;

/**
 * What somebody asked for, as a language tag: `de_AT` becomes `de-at`.
 * @returns `undefined` for what is none; a header of a request has whatever its sender likes
 */
export function languageTag(given: string): string | undefined {
  const tag = given.trim().replaceAll('_', '-');
  if (tag.length > longest) return undefined;
  try {
    return Intl.getCanonicalLocales(tag)[0]?.toLowerCase();
  } catch {
    return undefined;
  }
}
