/** Enough of an address or number for its owner to know it: `a…@example.org`, `+44…58`. */
export function masked(to: string): string {
  const at = to.lastIndexOf('@');
  return at > 0 ? `${[...to][0]}…${to.slice(at)}` : `${to.slice(0, 3)}…${to.slice(-2)}`;
}
