import { distance } from 'fastest-levenshtein';

/**
 * ` Did you mean "…"?` with the nearest of the known names, or nothing when none is near. To be put after a sentence.
 *
 * @param most letters that may differ; a third of them, and two at least, if left out
 */
export function didYouMean(
  name: string,
  known: Iterable<string>,
  most = Math.max(2, Math.floor(name.length / 3)),
): string {
  const lower = name.toLowerCase();
  let nearest: string | undefined;
  let least = most + 1;
  for (const candidate of known) {
    const away = distance(lower, candidate.toLowerCase());
    if (away < least) [nearest, least] = [candidate, away];
  }
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
}
