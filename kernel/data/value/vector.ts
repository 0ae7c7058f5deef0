/** Is it as many numbers as asked for, each one that single precision can hold? */
export function isVector(value: unknown, dimensions: number): value is readonly number[] {
  if (!Array.isArray(value) || value.length !== dimensions) return false;
  // `every` would skip the holes of a list.
  for (let index = 0; index < dimensions; index += 1) {
    const one: unknown = value[index];
    if (typeof one !== 'number' || !Number.isFinite(Math.fround(one))) return false;
  }
  return true;
}

/** In single precision, as SQLite and pgvector store it: compared otherwise, a vector would not be its own nearest. */
export function toSingles(vector: readonly number[]): number[] {
  return vector.map(Math.fround);
}
