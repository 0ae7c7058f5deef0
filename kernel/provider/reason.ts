/** How many errors behind an error are told. */
const depth = 5;

/**
 * What went wrong, with what was behind it: `fetch failed` alone says nothing, `fetch failed: connect ECONNREFUSED
 * 127.0.0.1:4010` does.
 */
export function reasonOf(error: Error): string {
  const reasons: string[] = [];
  for (let at: unknown = error; Error.isError(at) && reasons.length < depth; at = at.cause) {
    const said = at.message || ('code' in at ? String(at.code) : at.name);
    if (!reasons.some((one) => one.includes(said))) reasons.push(said);
  }
  return reasons.join(': ');
}
