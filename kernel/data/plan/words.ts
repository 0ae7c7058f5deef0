/**
 * The words of a search: runs of letters and digits with their marks, in lower case, each once. What stands between them
 * means nothing, so that no sign of a database's search language gets through.
 */
export function wordsOf(text: string): readonly string[] {
  return [...new Set(text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [])];
}
