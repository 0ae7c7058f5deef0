/** A code of digits as somebody has typed it: apps and messages show it in groups. */
export function digitsOf(given: string): string {
  return given.replaceAll(/[\s-]/g, '');
}
