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
  const parts = locale.toLowerCase().replaceAll('_', '-').split('-');
  // What is in the usual language may name it or not; both come before any other.
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'));
}
