const lastCodePoint = 0x10ffff;
const firstSurrogate = 0xd800;
const lastSurrogate = 0xdfff;

/**
 * The least text that is greater than every text that starts with `prefix`, by code points. So a search for a beginning is
 * one for a range, which every index serves, and no character of it has a meaning of its own as it has for LIKE.
 *
 * @returns `undefined` when there is none: every text from `prefix` on starts with it
 */
export function endOfPrefix(prefix: string): string | undefined {
  const characters = [...prefix];
  for (let last = characters.pop(); last !== undefined; last = characters.pop()) {
    const code = last.codePointAt(0) ?? lastCodePoint;
    if (code === lastCodePoint) continue;
    const next = code + 1 === firstSurrogate ? lastSurrogate + 1 : code + 1;
    return characters.join('') + String.fromCodePoint(next);
  }
  return undefined;
}
