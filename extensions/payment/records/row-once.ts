/** The row of an operation: the one that is there, or a new one. Of two at the same moment both get the same. */
export async function rowOnce<Row>(
  look: () => Promise<Row | undefined>,
  make: () => Promise<unknown>,
): Promise<Row> {
  const known = await look();
  if (known !== undefined) return known;
  let fault: unknown;
  try {
    await make();
  } catch (error) {
    fault = error;
  }
  // It failed because somebody else was faster, or for another reason, which is then the caller's.
  const made = await look();
  if (made === undefined) throw fault ?? new Error('A row that was just made is gone.');
  return made;
}
